"""Teams, their members and invitations."""

from django.urls import path

from playground.accounts.teams import audit_views, invitation_views, member_views, views

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path("teams/switch/", views.switch_team, name="switch_team"),
    path("teams/join/<int:id>/", invitation_views.join, name="join_team"),
    path("teams/<uuid:public_id>/", member_views.team, name="team"),
    path("teams/<uuid:public_id>/leave/", member_views.leave, name="leave_team"),
    path("teams/<uuid:public_id>/transfer/", member_views.transfer, name="transfer_team"),
    path("teams/<uuid:public_id>/members/<int:id>/role/", member_views.role, name="member_role"),
    path(
        "teams/<uuid:public_id>/members/<int:id>/remove/",
        member_views.remove,
        name="remove_member",
    ),
    path("teams/<uuid:public_id>/settings/", views.settings, name="team_settings"),
    path("teams/<uuid:public_id>/delete/", views.delete, name="delete_team"),
    path("teams/<uuid:public_id>/restore/", views.restore, name="restore_team"),
    path("teams/<uuid:public_id>/audit/", audit_views.audit_log, name="audit_log"),
    path(
        "teams/<uuid:public_id>/audit/log.<str:kind>", audit_views.export, name="export_audit_log"
    ),
    path(
        "teams/<uuid:public_id>/invitations/",
        invitation_views.invitations,
        name="team_invitations",
    ),
    path(
        "teams/<uuid:public_id>/invitations/<int:id>/resend/",
        invitation_views.resend,
        name="resend_invitation",
    ),
    path(
        "teams/<uuid:public_id>/invitations/<int:id>/revoke/",
        invitation_views.revoke,
        name="revoke_invitation",
    ),
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
]
