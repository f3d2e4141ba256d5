"""What the filters offer: people, models and tags of the runs that a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from inference.profiles import offered, profiles
from playground.accounts.models import Membership, User
from playground.compare.models import Comparison

MAX_TAGS = 100
TAGGED = 1000
RECENT = 300

# Steps from author to author through the index, so that their number counts and not their runs'.
AUTHORS = """
WITH RECURSIVE author AS (
    (SELECT author_id FROM compare_comparison
     WHERE team_id = %(team)s AND shared AND author_id IS NOT NULL
     ORDER BY author_id LIMIT 1)
    UNION ALL
    SELECT (
        SELECT author_id FROM compare_comparison
        WHERE team_id = %(team)s AND shared AND author_id > author.author_id
        ORDER BY author_id LIMIT 1
    ) FROM author WHERE author.author_id IS NOT NULL
)
SELECT author_id FROM author WHERE author_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from; `profiles` by name with their titles."""

    authors: Sequence[User]
    profiles: Sequence[tuple[str, str]]
    tags: Sequence[str]


def choices_of(membership: Membership) -> Choices:
    return Choices(_authors(membership), _profiles(membership), _tags(membership))


def _authors(membership: Membership) -> list[User]:
    """Whoever shared a run, and the person themselves."""
    with connection.cursor() as cursor:
        cursor.execute(AUTHORS, {"team": membership.team_id})
        ids = [id for (id,) in cursor.fetchall()]
    people = User.objects.filter(pk__in={*ids, membership.user_id})
    return sorted(people, key=lambda user: (user.pk != membership.user_id, user.shown_name))


def _profiles(membership: Membership) -> list[tuple[str, str]]:
    """Those offered now, and those that are gone but were used lately."""
    all_of_them = profiles()
    titles = {name: profile.title for name, profile in offered().items()}
    recent = Comparison.objects.filter(team_id=membership.team_id, shared=True)
    used = recent.order_by("-created_at", "-id").values_list("profiles", flat=True)[:RECENT]
    for name in sorted({name for names in used for name in names}):
        titles.setdefault(name, all_of_them[name].title if name in all_of_them else name)
    return list(titles.items())


def _tags(membership: Membership) -> list[str]:
    """The tags of the runs tagged last, by name."""
    tagged = Comparison.objects.visible_to(membership).exclude(tags=[])
    lists = tagged.order_by("-created_at").values_list("tags", flat=True)[:TAGGED]
    return sorted({tag for tags in lists for tag in tags}, key=str.casefold)[:MAX_TAGS]
