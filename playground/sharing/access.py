"""The one door to share links: who may make, list and revoke them, and what a link opens."""

from django.db.models import Q
from django.http import Http404

from playground.accounts.access import Forbidden, may, require
from playground.accounts.models import Membership
from playground.accounts.roles import Permission
from playground.compare.models import Comparison
from playground.sharing.models import ShareLink, ShareLinkQuerySet


def links_of(membership: Membership) -> ShareLinkQuerySet:
    """The links that the person answers for: theirs, those to their runs, and, for those who
    manage links, all of the team's."""
    links = ShareLink.objects.filter(team_id=membership.team_id)
    if may(membership, Permission.MANAGE_LINKS):
        return links
    me = membership.user_id
    return links.filter(Q(author_id=me) | Q(comparison__author_id=me))


def access_link(membership: Membership, id: int) -> ShareLink:
    """A link that the person may revoke, whatever their role is by now. Raises Http404."""
    link = links_of(membership).filter(pk=id).select_related("comparison__session").first()
    if link is None:
        raise Http404("There is no such link in your team.")
    return link


def may_link(membership: Membership, comparison: Comparison) -> bool:
    """Whether the person may let people without an account see this run."""
    own = comparison.author_id == membership.user_id
    return may(membership, Permission.SHARE) and (own or may(membership, Permission.MANAGE_LINKS))


def require_linking(membership: Membership, comparison: Comparison) -> None:
    """Raises Forbidden unless it is their own run, or they manage the team's links."""
    require(membership, Permission.SHARE)
    if not may_link(membership, comparison):
        raise Forbidden("Only the author of a run, or an admin, may make links to it.")


def linked_run(link: ShareLink) -> Comparison | None:
    """What a working link shows: never more than its maker may see now."""
    makers = Membership.objects.filter(team_id=link.team_id, user=link.author, user__is_active=True)
    maker = makers.first() if link.author else None
    if maker is None:
        return None
    visible = Comparison.objects.visible_to(maker).select_related("session", "author")
    return visible.filter(pk=link.comparison_id).first()
