"""The page behind a share link: for anyone who holds it, and for nobody's index."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from playground.sharing.access import linked_run
from playground.sharing.links import opened_by
from playground.sharing.pace import may_miss, may_open
from playground.sharing.shown import shown_run
from playground.sharing.visits import count_visit

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


@require_safe
def shared_run(request: HttpRequest, token: str) -> HttpResponse:
    """The run, or one and the same page for a link that never was, has expired or was revoked."""
    if not may_open(request):
        return _too_often(request)
    link = opened_by(token) if TOKEN.fullmatch(token) else None
    run = linked_run(link) if link else None
    if link is None or run is None:
        if not may_miss(request):
            return _too_often(request)
        return _closed(_gone(request, "sharing/gone.html", 404))
    context = {"run": shown_run(run, link.shows_prompt), "link": link}
    answer = render(request, "sharing/shared_run.html", context)
    count_visit(request, answer, link)
    return _closed(answer)


def _too_often(request: HttpRequest) -> HttpResponse:
    return _closed(_gone(request, "sharing/too_often.html", 429), retry="60")


def _gone(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, status=status)


def _closed(answer: HttpResponse, retry: str = "") -> HttpResponse:
    """Kept out of indexes, caches and the Referer of what it links to."""
    for name, value in HEADERS.items():
        answer[name] = value
    if retry:
        answer["Retry-After"] = retry
    return answer
