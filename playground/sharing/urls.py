"""Share links, exports and imports."""

from django.urls import path

from playground.sharing import export_views, import_views, link_views, shared_run

RUN = "sessions/<uuid:public_id>/runs/<int:number>"

urlpatterns = [
    path("s/<str:token>/", shared_run.shared_run, name="shared_run"),
    path("links/", link_views.team_links, name="team_links"),
    path("links/<int:id>/revoke/", link_views.revoke_link, name="revoke_link"),
    path(f"{RUN}/links/", link_views.run_links, name="run_links"),
    path(f"{RUN}/export.<str:kind>", export_views.export_run, name="export_run"),
    path(
        "sessions/<uuid:public_id>/export.<str:kind>",
        export_views.export_session,
        name="export_session",
    ),
    path("exchange/", import_views.exchange, name="exchange"),
    path("exchange/sessions.<str:kind>", export_views.export_sessions, name="export_sessions"),
    path("exchange/library.<str:kind>", export_views.export_library, name="export_library"),
]
