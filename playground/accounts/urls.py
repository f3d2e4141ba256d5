"""People and teams."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from playground.accounts.pages import page


@page("team")
def soon(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(f"soon {request.path}")


urlpatterns = [
    path("account/", soon, name="account"),
    path("teams/switch/", soon, name="switch_team"),
    path("teams/new/", soon, name="new_team"),
    path("teams/<uuid:public_id>/", soon, name="team"),
]
