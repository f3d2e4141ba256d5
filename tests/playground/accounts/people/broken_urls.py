"""The site's pages, and one that breaks with a password in its hands."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from playground.urls import urlpatterns as working


@csrf_exempt
def breaks(request: HttpRequest) -> HttpResponse:
    password = request.POST["password"]
    raise RuntimeError(f"broke with {len(password)} characters at hand")


urlpatterns = [*working, path("breaks/", breaks)]
