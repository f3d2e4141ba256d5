"""The pages for what went wrong on our side: Django's own would know nothing of the request."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

AWAY = (OperationalError, InterfaceError, RedisError)
RETRY_SECONDS = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where Postgres or Valkey is away, which passes; else 500.

    Django calls this while it handles the exception. Without context processors: what they ask may
    be what is broken.
    """
    away = isinstance(sys.exc_info()[1], AWAY)
    status = 503 if away else 500
    context = {"request_id": getattr(request, "request_id", "")}
    response = HttpResponse(render_to_string(f"{status}.html", context), status=status)
    if away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
