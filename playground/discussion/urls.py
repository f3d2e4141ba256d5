"""Comments of runs, and the inbox."""

from django.urls import path

from playground.discussion import views

RUN = "sessions/<uuid:public_id>/runs/<int:number>"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_inbox"),
    path(f"{RUN}/comments/", views.comments, name="comments"),
    path(f"{RUN}/mentions/", views.mentions, name="mentions"),
    path("comments/<int:id>/", views.comment, name="comment"),
    path("comments/<int:id>/edit/", views.edit_comment, name="edit_comment"),
    path("comments/<int:id>/delete/", views.delete_comment, name="delete_comment"),
]
