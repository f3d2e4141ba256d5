"""The inbox."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from playground.accounts.pages import page


@page("inbox")
def soon(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(f"soon {request.path}")


urlpatterns = [
    path("inbox/", soon, name="inbox"),
]
