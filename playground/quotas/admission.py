"""Lets a run in where the team's quota has room, and holds the room while the run is stored.

What is under way is the reservation: a stored generation counts in full until it has ended, and
with what it took from then on. So there is nothing to give back after a crash.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from playground.compare.requests import BadInput
from playground.compare.storing import NewRun
from playground.quotas.models import Quota
from playground.quotas.months import renewal_after
from playground.quotas.usage import requests_in_the_last_minute, usage_of
from playground.remembering import Remembered

CODE = "quota"
NOTICED_WITHIN_SECONDS = 2.0
"""How late a web process may notice the first quota of a team: without one, a run asks nobody."""
_limited = Remembered(
    lambda: frozenset(Quota.objects.values_list("team_id", flat=True)), NOTICED_WITHIN_SECONDS
)
"""The teams that have a quota."""


def follow_changes() -> None:
    """Notice at once what is changed in this very process."""
    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Quota, dispatch_uid="quotas-limited")


def _forget(**_: object) -> None:
    _limited.forget()


@contextmanager
def within_quota(run: NewRun) -> Iterator[None]:
    """Around storing a run. Raises BadInput, naming the limit and when it renews.

    The row's lock is what makes two runs at once see each other: the second counts only when the
    first is stored.
    """
    if run.team not in _limited.get():
        yield
        return
    with transaction.atomic():
        quota = Quota.objects.select_for_update().filter(team_id=run.team).first()
        if quota is not None:
            _check_minute(quota, run.requests)
            _check_month(quota)
        yield


def _check_minute(quota: Quota, requests: int) -> None:
    limit = quota.requests_a_minute
    if limit is None or requests_in_the_last_minute(quota.team_id) + requests <= limit:
        return
    if requests > limit:
        raise BadInput(
            f"This run makes {requests} requests, and your team may start {limit:,} a minute. "
            "Remove lanes or samples, or ask the site's staff for more.",
            code=CODE,
        )
    raise BadInput(
        f"Your team may start {limit:,} requests a minute, and has. Try again in a minute.",
        code=CODE,
    )


def _check_month(quota: Quota) -> None:
    """There is room while anything is left: how long an answer will be, nobody knows before."""
    limit = quota.tokens_a_month
    if limit is None:
        return
    now = timezone.now()
    usage = usage_of(quota.team_id, now)
    if usage.taken < limit:
        return
    held = f", and {usage.held:,} are held for runs under way" if usage.held else ""
    raise BadInput(
        f"Your team may use {limit:,} tokens a month. It has used {usage.used:,} of them{held}. "
        f"The quota renews on {renewal_after(now):%-d %B %Y} at 00:00 UTC; "
        "until then the site's staff can raise it.",
        code=CODE,
    )
