"""The verbs of the workbench: `check_…` validates and loads, `do_…` changes and notifies.

Views, the socket and tasks call these and nothing below them.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference import control, dispatch, ledger, relay
from inference.decoding.controls import MAX_SEED
from inference.events import Ended
from inference.models import Generation
from inference.stores import valkey
from inference.workers import engine_states
from playground.accounts.access import current_membership
from playground.accounts.models import Membership, User
from playground.compare.access import access_generations, access_session, generations_of
from playground.compare.events import (
    Accepted,
    AcceptedLane,
    ComparisonRef,
    SessionRef,
)
from playground.compare.models import Case, Comparison, Lane, Sample, Session
from playground.compare.requests import BadInput, CheckedLane, RunRequest, check_lanes, check_messages

log = structlog.get_logger(__name__)
TITLE_LENGTH = 80


class CheckedRun:
    """A run that may start: who asks, in which session, with what."""

    def __init__(self, membership: Membership, request: RunRequest) -> None:
        self.membership = membership
        self.key = request.key
        self.messages = check_messages(request.messages)
        self.lanes: list[CheckedLane] = check_lanes(request.lanes)
        self.session = (
            access_session(membership.team, request.session) if request.session else None
        )

    @property
    def title(self) -> str:
        """The first line of the first user message."""
        prompt = next(m["content"] for m in self.messages if m["role"] == "user")
        line = " ".join(prompt.split())
        return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def check_run(user: User, request: RunRequest) -> CheckedRun:
    """A run that this person may start now. Raises BadInput or Http404; changes nothing."""
    membership = current_membership(user)
    if not membership.may_run:
        raise BadInput(
            "You may look but not run: your role in this team is viewer.", code="forbidden"
        )
    checked = CheckedRun(membership, request)
    try:
        valkey().ping()
    except RedisError as error:
        raise BadInput(
            "The queue cannot be reached, so nothing was started. Try again in a moment; "
            "if it lasts, ask your administrator whether Valkey is running.",
            code="unavailable",
        ) from error
    return checked


def do_run(run: CheckedRun) -> Accepted:
    """Store the comparison, and queue its generations once it is committed."""
    try:
        with transaction.atomic():
            session, comparison = _store_comparison(run)
            generations = _store_generations(run, comparison)
            transaction.on_commit(lambda: _send(generations))
    except IntegrityError:
        return _accepted_before(run)
    return _accepted(session, comparison, generations, _notice(run.lanes))


def _store_comparison(run: CheckedRun) -> tuple[Session, Comparison]:
    team, author = run.membership.team_id, run.membership.user_id
    session = run.session
    if session is None:
        session = Session.objects.create(team_id=team, author_id=author, title=run.title, runs=1)
    else:
        # The row lock makes run numbers unique without a gap.
        Session.objects.filter(pk=session.pk).update(runs=F("runs") + 1, updated_at=Now())
        session.refresh_from_db(fields=["runs"])
    comparison = Comparison.objects.create(
        session=session,
        team_id=team,
        author_id=author,
        number=session.runs,
        key=run.key,
        messages=run.messages,
    )
    return session, comparison


def _store_generations(run: CheckedRun, comparison: Comparison) -> list[Generation]:
    team, author = run.membership.team_id, run.membership.user_id
    case = Case.objects.create(comparison=comparison, team_id=team)
    lanes = Lane.objects.bulk_create(
        Lane(
            comparison=comparison,
            team_id=team,
            position=position,
            profile=lane.profile.name,
            settings=lane.settings,
        )
        for position, lane in enumerate(run.lanes)
    )
    generations = Generation.objects.bulk_create(
        Generation(
            team_id=team,
            user_id=author,
            profile=lane.profile,
            messages=run.messages,
            settings={name: value for name, value in lane.settings.items() if name != "seed"},
            seed=_seed(lane.settings),
            sent_at=Now(),
        )
        for lane in lanes
    )
    Sample.objects.bulk_create(
        Sample(lane=lane, case=case, team_id=team, generation=generation)
        for lane, generation in zip(lanes, generations, strict=True)
    )
    return generations


def _seed(settings: dict[str, Any]) -> int:
    """The seed asked for, or one drawn now: a run can always be repeated."""
    asked = settings.get("seed")
    return secrets.randbelow(MAX_SEED) if asked is None else int(asked)


def _send(generations: Sequence[Generation]) -> None:
    try:
        dispatch.send([(generation.pk, generation.profile) for generation in generations])
    except BrokerError as error:
        # The rows are stored and queued: the sweeper sends them when the queue is back.
        log.warning("not sent yet", generations=len(generations), error=str(error))


def _notice(lanes: Sequence[CheckedLane]) -> str:
    """What the person should know now: that no engine is up for a lane."""
    try:
        states = engine_states(valkey())
    except RedisError:
        return ""
    absent = {lane.profile.title for lane in lanes if lane.profile.name not in states}
    loading = {lane.profile.title for lane in lanes if states.get(lane.profile.name) == "loading"}
    parts = []
    if absent:
        parts.append(
            f"No engine is running for {' and '.join(sorted(absent))}. "
            "The run is queued and starts when one comes."
        )
    if loading:
        parts.append(f"The engine for {' and '.join(sorted(loading))} is starting.")
    return " ".join(parts)


def _accepted(
    session: Session, comparison: Comparison, generations: Sequence[Generation], notice: str
) -> Accepted:
    return Accepted(
        key=str(comparison.key),
        session=SessionRef(
            id=str(session.public_id), url=session.get_absolute_url(), title=session.title
        ),
        comparison=ComparisonRef(
            id=comparison.pk, number=comparison.number, url=comparison.get_absolute_url()
        ),
        lanes=[
            AcceptedLane(
                position=position,
                generation=generation.pk,
                seed=generation.seed,
                settings=generation.settings,
            )
            for position, generation in enumerate(generations)
        ],
        notice=notice,
    )


def _accepted_before(run: CheckedRun) -> Accepted:
    """The answer to a run that was sent before: the same as the first time."""
    comparison = (
        Comparison.objects.select_related("session")
        .filter(team_id=run.membership.team_id, key=run.key)
        .first()
    )
    if comparison is None:
        raise BadInput("The run could not be stored. Press Run again.", code="unavailable")
    generations = list(
        Generation.objects.filter(sample__lane__comparison=comparison).order_by(
            "sample__lane__position"
        )
    )
    return _accepted(comparison.session, comparison, generations, "")


def check_stop(user: User, generations: Sequence[int]) -> list[int]:
    """The generations, if this person's team has them all and they may stop them."""
    membership = current_membership(user)
    if not membership.may_run:
        raise BadInput("You may look but not stop runs in this team.", code="forbidden")
    return [generation.pk for generation in access_generations(membership.team, generations)]


def check_stop_all(user: User, comparison: int) -> list[int]:
    """All generations of a comparison, likewise."""
    return check_stop(user, generations_of(current_membership(user).team, comparison))


def do_stop(generations: Sequence[int]) -> None:
    """End queued ones now, and tell workers to abort running ones (within 200 ms)."""
    stopping = ledger.request_stop(generations)
    queued = [item for item in stopping if item.status == "stopped"]
    running = [item.id for item in stopping if item.status == "running"]
    try:
        if running:
            control.publish_stops(valkey(), running)
        relay.publish(valkey(), [_stopped(item) for item in queued])
    except RedisError as error:
        # The row says it: the worker reads it at its next lease renewal.
        log.warning("stop not announced", error=str(error))


def _stopped(item: ledger.Stopping) -> Ended:
    return Ended(
        generation=item.id,
        attempt=item.attempt,
        status="stopped",
        finish_reason="abort",
        error="",
        metrics={},
    )


def do_record_paint(user: User, generation: int, ttft_ms: float) -> None:
    """Keep when the browser painted the first token; the first report counts."""
    team = current_membership(user).team_id
    Generation.objects.filter(pk=generation, team_id=team, client_ttft_us=None).update(
        client_ttft_us=round(ttft_ms * 1000)
    )


