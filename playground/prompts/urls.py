"""The library."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from playground.accounts.pages import page


@page("library")
def soon(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(f"soon {request.path}")


urlpatterns = [
    path("library/", soon, name="library"),
]
