"""What the numbers in the sums are called: people, teams, keys, sources."""

from collections.abc import Callable, Iterable
from typing import Any

from inference.profiles import offered
from playground.accounts.models import Membership, Team, User
from playground.analytics.filters import SOURCES
from playground.analytics.models import Level, Rollup
from playground.analytics.scopes import NOBODY, Scope
from playground.remembering import Remembered


def people(ids: Iterable[Any]) -> dict[Any, str]:
    """By id. A person's account may be gone."""
    found = dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "email"))
    return {id: found.get(id, _nobody(id)) for id in ids}


def _nobody(id: int) -> str:
    return "No account" if id == NOBODY else f"Deleted person {id}"


def teams(ids: Iterable[Any]) -> dict[Any, str]:
    found = dict(Team.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
    return {id: found.get(id, f"Deleted team {id}") for id in ids}


def keys(ids: Iterable[Any]) -> dict[Any, str]:
    return {id: "Without a key" if id == NOBODY else f"Key {id}" for id in ids}


def profiles(ids: Iterable[Any]) -> dict[Any, str]:
    return {id: str(id) for id in ids}


def sources(ids: Iterable[Any]) -> dict[Any, str]:
    return {id: SOURCES.get(id, str(id)) for id in ids}


NAMES: dict[str, Callable[[Iterable[Any]], dict[Any, str]]] = {
    "team": teams,
    "user": people,
    "key": keys,
    "profile": profiles,
    "source": sources,
}


def is_known(name: str, scope: Scope) -> bool:
    """Whether what a scope is narrowed by has anything to do with it: the name of a person is not
    for a team that they were never in."""
    if name == "user" and scope.user is not None:
        return scope.user == NOBODY or _was_here(scope.user, scope.team)
    if name == "team" and scope.team is not None:
        return Team.objects.filter(pk=scope.team).exists()
    return True


def _was_here(user: int, team: int | None) -> bool:
    if team is None:
        return User.objects.filter(pk=user).exists()
    asked = Rollup.objects.filter(level=Level.TEAM_USER, team_id=team, user_id=user)
    return Membership.objects.filter(team_id=team, user_id=user).exists() or asked.exists()


def members(team: int) -> list[tuple[int, str]]:
    """Who is in a team, for a list to choose from."""
    rows = Membership.objects.filter(team_id=team).order_by("user__email")
    return list(rows.values_list("user_id", "user__email"))


_offered = Remembered(lambda: tuple(offered()), seconds=5)


def offered_profiles(chosen: str | None) -> list[str]:
    """The models that are offered now, or were a moment ago, and the one that was chosen."""
    return list(dict.fromkeys([*_offered.get(), *([chosen] if chosen else [])]))
