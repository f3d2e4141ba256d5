"""Pages on which share links are made, listed and revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from playground.accounts.access import enter_team_of
from playground.accounts.audit import origin_of
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.compare.access import access_comparison
from playground.compare.models import Comparison, Session
from playground.compare.requests import BadInput
from playground.compare.titles import give_seen_title, seen_titles
from playground.sharing.access import links_of, require_linking
from playground.sharing.forms import LinkForm
from playground.sharing.links import (
    MadeLink,
    check_new_link,
    check_revoke,
    do_make_link,
    do_revoke_link,
)
from playground.sharing.models import ShareLink, ShareLinkQuerySet

SHOWN = 100


@page("history", "GET", "HEAD", "POST")
def run_links(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """The links to one run; a POST makes another and shows it, this once."""
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = access_comparison(membership, public_id, number)
    require_linking(membership, comparison)
    form = LinkForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        made = _make(request, membership, comparison, form)
    links = _listed(membership, links_of(membership).filter(comparison=comparison))
    context = {"comparison": comparison, "form": form, "links": links, **_shown_once(request, made)}
    answer = render(request, _template(request, "run_links"), context)
    answer["Cache-Control"] = "no-store"
    return answer


@page("history")
def team_links(request: HttpRequest) -> HttpResponse:
    """All links that the person answers for, each run's title only where they may see it."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    links = _listed(membership, links_of(membership))
    visible = Comparison.objects.visible_to(membership).filter(
        pk__in={link.comparison_id for link in links}
    )
    seen = set(visible.values_list("pk", flat=True))
    rows = [(link, link.comparison_id in seen) for link in links]
    return render(request, "sharing/team_links.html", {"rows": rows, "most": SHOWN})


@page("history", "POST")
def revoke_link(request: HttpRequest, id: int) -> HttpResponse:
    """End a link, and go back to where it was listed."""
    membership = enter_team_of(request, ShareLink, pk=id)
    link = check_revoke(membership, id)
    do_revoke_link(link, origin_of(request))
    messages.success(request, f"The link …{link.hint} no longer works.")
    run = link.comparison
    if request.POST.get("from") == "run":
        return redirect("run_links", run.session.public_id, run.number)
    return redirect("team_links")


def _make(
    request: HttpRequest, membership: Membership, comparison: Comparison, form: LinkForm
) -> MadeLink | None:
    try:
        new = check_new_link(membership, comparison, **form.cleaned_data)
    except BadInput as error:
        form.add_error(error.field, error.message)
        return None
    return do_make_link(new, origin_of(request))


def _listed(membership: Membership, links: ShareLinkQuerySet) -> list[ShareLink]:
    """The newest, those that work first."""
    titles = seen_titles(Comparison.objects.visible_to(membership), "comparison__session_id")
    listed = links.with_state().select_related("author", "comparison__session")
    working = Q(revoked_at=None, expired=False)
    found = list(listed.annotate(works=working, **titles).order_by("-works", "-id")[:SHOWN])
    for link in found:
        give_seen_title(link, link.comparison.session)
    return found


def _shown_once(request: HttpRequest, made: MadeLink | None) -> dict[str, Any]:
    if made is None:
        return {}
    return {
        "made": made.link,
        "address": request.build_absolute_uri(reverse("shared_run", args=[made.token])),
    }


def _template(request: HttpRequest, name: str) -> str:
    part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return f"sharing/{name}_part.html" if part else f"sharing/{name}.html"
