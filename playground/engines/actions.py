"""Starting and stopping an engine by hand. Both are asked for: the supervisor does them."""

import structlog
from django.db.models import QuerySet
from django.http import Http404
from redis.exceptions import RedisError

from inference import launches
from inference.launches import Launch, Want
from inference.models import Generation, Status
from inference.profiles import Profile, UnknownProfile, profile, unavailable
from inference.stores import valkey
from playground.accounts.models import Membership, User
from playground.compare.actions import do_stop
from playground.engines.access import is_staff, require_managing

log = structlog.get_logger(__name__)


class Refused(Exception):
    """Why it is not done, and what to do; fit to be shown."""


def check_start(user: User, membership: Membership, name: str) -> Profile:
    """The profile whose engine they may start. Raises Forbidden, Http404 or Refused."""
    chosen = _managed(user, membership, name)
    if reason := unavailable(chosen):
        raise Refused(f"{chosen.title} cannot start here. {reason}")
    _launches()
    return chosen


def do_start(chosen: Profile, user: User) -> None:
    """Ask for it, also for one that has failed. Raises Refused."""
    want = Want(verb="retry", memory_mib=chosen.memory_mib, by_person=True)
    _ask(chosen, want)
    log.info("engine start asked for", profile=chosen.name, user=user.pk)


def check_stop(user: User, membership: Membership, name: str) -> Profile:
    """The profile whose engine they may stop: not under another team's runs, unless they are of
    the site's staff. Raises Forbidden, Http404 or Refused."""
    chosen = _managed(user, membership, name)
    launch = _launches().get(name)
    if launch is not None and launch.always:
        raise Refused(f"{chosen.title} always runs and is not stopped here.")
    others = _underway(chosen).exclude(team_id=membership.team_id)
    if not is_staff(user) and others.exists():
        raise Refused(
            f"{chosen.title} is at work for another team. Try again when it is idle, or ask the "
            "site's staff."
        )
    return chosen


def do_end(chosen: Profile, user: User) -> int:
    """Stop what runs or waits there, then the engine. Returns how many answers that ended.

    Raises Refused.
    """
    ending = list(_underway(chosen).values_list("pk", flat=True))
    do_stop(ending)
    _ask(chosen, Want(verb="stop", memory_mib=chosen.memory_mib))
    log.info("engine stop asked for", profile=chosen.name, user=user.pk, ended=len(ending))
    return len(ending)


def _managed(user: User, membership: Membership, name: str) -> Profile:
    require_managing(user, membership)
    try:
        return profile(name)
    except UnknownProfile as error:
        raise Http404(str(error)) from error


def _launches() -> dict[str, Launch]:
    """How the engines stand. Raises Refused where nobody here starts or stops any."""
    try:
        found = launches.supervision(valkey())
    except RedisError as error:
        raise Refused("Valkey cannot be reached, so nothing was done. Try again.") from error
    if found is None:
        raise Refused("Engines are started and stopped by whoever operates this installation.")
    return found.launches


def _ask(chosen: Profile, want: Want) -> None:
    try:
        launches.want(valkey(), {chosen.name: want})
    except RedisError as error:
        raise Refused("Valkey cannot be reached, so nothing was done. Try again.") from error


def _underway(chosen: Profile) -> "QuerySet[Generation]":
    return Generation.objects.filter(
        profile=chosen.name, status__in=(Status.QUEUED, Status.RUNNING)
    )
