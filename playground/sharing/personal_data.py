"""The share links that a person made, in the teams they are in."""

from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data
from playground.sharing.models import ShareLink


@personal_data("share_links")
def share_links(user: User) -> Rows:
    """Without their tokens, which nobody keeps."""
    found = ShareLink.objects.filter(author=user, team__memberships__user=user).order_by("id")
    for link in found.select_related("team", "comparison__session"):
        yield {
            "team": link.team.name,
            "session": link.comparison.session.public_id,
            "run": link.comparison.number,
            "shows_prompt": link.shows_prompt,
            "created_at": link.created_at,
            "expires_at": link.expires_at,
            "revoked_at": link.revoked_at,
            "views": link.views,
        }
