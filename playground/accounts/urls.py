"""People and teams."""

from django.urls import include, path

urlpatterns = [
    path("", include("playground.accounts.people.urls")),
    path("", include("playground.accounts.teams.urls")),
]
