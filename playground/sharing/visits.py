"""Counts who opens a share link: each browser once, and no machine that only draws a preview."""

import re

from django.http import HttpRequest, HttpResponse

from playground.sharing.links import do_count_view
from playground.sharing.models import ShareLink

MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|whatsapp|slack-img|embedly|curl|wget"
    r"|python|monitor",
    re.IGNORECASE,
)
"""What unfurlers and crawlers call themselves. Best effort: who lies is counted."""


def count_visit(request: HttpRequest, response: HttpResponse, link: ShareLink) -> None:
    """Count this visit unless the browser was here before, and have it remember."""
    name = f"seen-{link.pk}"
    if request.method != "GET" or name in request.COOKIES or _is_machine(request):
        return
    do_count_view(link)
    response.set_cookie(
        name, "1", path=request.path, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def _is_machine(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return not agent or fetched_ahead or bool(MACHINES.search(agent))
