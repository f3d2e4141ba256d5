"""Gives every request its id, a place in the figures, and one line in the log."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bound_contextvars

from playground.metrics.site import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger("playground.requests")
HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
QUIET = {"healthz", "readyz", "metrics", "static"}


def request_id_of(given: str | None) -> str:
    """The id that was given, where it is fit for a log line; else a new one."""
    return given if given and ACCEPTED.fullmatch(given) else uuid.uuid4().hex


class Request(HttpRequest):
    """A request that has come through here."""

    request_id: str


@sync_and_async_middleware
def request_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[Any], Any]:
    """Outermost, so that whatever answers is counted and named."""
    if iscoroutinefunction(get_response):
        answer: Callable[[HttpRequest], Awaitable[HttpResponseBase]] = get_response

        async def handle_async(request: Request) -> HttpResponseBase:
            begun = time.perf_counter()
            request.request_id = request_id_of(request.headers.get(HEADER))
            with bound_contextvars(request_id=request.request_id):
                return _finished(request, await answer(request), begun)

        return handle_async

    def handle(request: Request) -> HttpResponseBase:
        begun = time.perf_counter()
        request.request_id = request_id_of(request.headers.get(HEADER))
        with bound_contextvars(request_id=request.request_id):
            return _finished(request, get_response(request), begun)

    return handle


def _finished(request: Request, response: HttpResponseBase, begun: float) -> HttpResponseBase:
    """Say the id, count, and log the route: never the path, where tokens of links stand."""
    seconds = time.perf_counter() - begun
    response[HEADER] = request.request_id
    match = request.resolver_match
    view = _view(match.view_name) if match else _unrouted(request.path)
    REQUESTS.labels(view, f"{response.status_code // 100}xx").inc()
    REQUEST_SECONDS.labels(view).observe(seconds)
    if view not in QUIET:
        log.info(
            "request",
            method=request.method if request.method in METHODS else "other",
            view=view,
            status=response.status_code,
            ms=round(seconds * 1e3, 1),
        )
    return response


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _view(name: str) -> str:
    """A bounded set of names: the staff pages are several hundred, and one will do."""
    return "staff" if name.startswith("admin:") else name or "unnamed"


def _unrouted(path: str) -> str:
    """What was answered before any view: a file of the pages, or no such address."""
    static = str(settings.STATIC_URL)
    return "static" if path.startswith(static) else "none"
