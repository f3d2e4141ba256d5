"""The verbs of the workbench: `check_…` validates and loads, `do_…` changes and notifies.

Views, the socket and tasks call these and nothing below them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, transaction
from django.db.models.expressions import RawSQL
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference import control, dispatch, ledger, relay
from inference.events import Ended
from inference.models import Generation
from inference.stores import valkey
from playground.accounts.access import require
from playground.accounts.models import Membership
from playground.accounts.roles import Permission
from playground.compare.access import access_generations, access_session, generations_of
from playground.compare.admission import admitted
from playground.compare.announcing import Announcement, announce
from playground.compare.awaited import check_engines, notice_of
from playground.compare.beginnings import given_of
from playground.compare.cases import check_answers, check_cases
from playground.compare.events import Accepted, AcceptedLane, ComparisonRef, SessionRef
from playground.compare.fairness import Arranged, Plan, store_arranged
from playground.compare.forking import with_beginnings
from playground.compare.models import Comparison
from playground.compare.requests import (
    BadInput,
    CheckedLane,
    RunRequest,
    check_lanes,
    check_messages,
)
from playground.compare.storing import NewRun, StoredRun, stored_run
from playground.compare.titles import prompt_line
from playground.metrics.site import CLIENT_TTFT
from playground.prompts.access import access_preset, access_prompt_version
from playground.prompts.models import Preset
from playground.prompts.presets import agrees

log = structlog.get_logger(__name__)
SINCE_ITS_TURN = """
greatest(0, %s - coalesce(extract(epoch FROM turn_at - accepted_at) * 1000000, 0))::bigint
"""


class CheckedRun:
    """A run that may start: who asks, in which session, with what, and how it is to go."""

    def __init__(
        self, membership: Membership, request: RunRequest, plan: Plan | None = None
    ) -> None:
        self.membership = membership
        self.key = request.key
        self.plan = plan or Plan(request.order)
        self.messages = check_messages(request.messages)
        self.cases = check_cases(request.messages, request.cases)
        self.lanes: list[CheckedLane] = [
            self._with_preset(lane, asked.preset)
            for lane, asked in zip(check_lanes(request.lanes), request.lanes, strict=True)
        ]
        self.lanes = with_beginnings(membership, self.lanes, request.lanes)
        check_answers(self.lanes, len(self.cases))
        self.session = access_session(membership, request.session) if request.session else None
        self.prompt_version = (
            access_prompt_version(membership, request.prompt.id, request.prompt.version)
            if request.prompt
            else None
        )

    def _with_preset(self, lane: CheckedLane, preset: UUID | None) -> CheckedLane:
        if preset is None:
            return lane
        found = access_preset(self.membership, preset)
        return msgspec.structs.replace(lane, preset=found.pk if _is_of(lane, found) else None)

    def as_new(self) -> NewRun:
        """What to store."""
        return NewRun(
            team=self.membership.team_id,
            author=self.membership.user_id,
            session=self.session.pk if self.session else None,
            title=self.title,
            key=self.key,
            messages=self.messages,
            lanes=self.lanes,
            prompt_version=self.prompt_version.pk if self.prompt_version else None,
            cases=self.cases,
        )

    @property
    def title(self) -> str:
        """What a session is called that it begins."""
        return prompt_line(self.cases[0].messages)


def _is_of(lane: CheckedLane, preset: Preset) -> bool:
    """Whether a lane still has what the preset says: one changed since is not the preset's."""
    return preset.profile in ("", lane.profile.name) and agrees(
        lane.settings, preset, lane.profile.controls
    )


def check_run(membership: Membership, request: RunRequest, plan: Plan | None = None) -> CheckedRun:
    """A run that this person may start now; `plan` in place of what the request says of its order.
    Raises BadInput, Forbidden or Http404.
    """
    require(membership, Permission.RUN)
    checked = CheckedRun(membership, request, plan)
    try:
        valkey().ping()
    except RedisError as error:
        raise BadInput(
            "The queue cannot be reached, so nothing was started. Try again in a moment; "
            "if it lasts, ask your administrator whether Valkey is running.",
            code="unavailable",
        ) from error
    check_engines(checked.lanes)
    return checked


def do_run(run: CheckedRun) -> Accepted:
    """Store the comparison, then queue its generations. The same key again changes nothing."""
    new = run.as_new()
    try:
        with admitted(new):
            arranged = store_arranged(new, run.plan)
    except (IntegrityError, BadInput) as error:
        return _accepted(run, _stored_before(run, error), "")
    stored = arranged.run
    transaction.on_commit(lambda: _send(arranged))
    if run.session is not None:
        news = Announcement("runs", str(stored.session))
        transaction.on_commit(lambda: announce(news))
    notice = f"{arranged.notice} {notice_of(run.lanes)}".strip()
    return _accepted(run, stored, notice)


def _stored_before(run: CheckedRun, error: IntegrityError | BadInput) -> StoredRun:
    """The person's own run of this key; anything else that stood in the way has gone meanwhile."""
    who = run.membership
    try:
        return stored_run(who.team_id, who.user_id, run.key)
    except Comparison.DoesNotExist:
        if isinstance(error, BadInput):
            raise error from None
        raise BadInput(
            "Nothing was started: what this run refers to was changed meanwhile. Run it again."
        ) from error


def _send(arranged: Arranged) -> None:
    try:
        dispatch.send(arranged.first)
    except BrokerError as error:
        # The rows are stored and queued: the sweeper sends them when the queue is back.
        log.warning("not sent yet", comparison=arranged.run.comparison, error=str(error))


def _accepted(checked: CheckedRun, run: StoredRun, notice: str) -> Accepted:
    title = checked.session.title if checked.session else checked.title
    return Accepted(
        key=str(checked.key),
        session=SessionRef(
            id=str(run.session), url=reverse("session", args=[run.session]), title=title
        ),
        comparison=ComparisonRef(
            id=run.comparison,
            number=run.number,
            url=reverse("run", args=[run.session, run.number]),
        ),
        lanes=[
            AcceptedLane(
                position=position,
                generation=lane.samples[0],
                samples=lane.samples,
                cases=lane.cases,
                seed=lane.seed,
                settings=lane.settings,
                given=_given(checked.lanes[position]),
            )
            for position, lane in enumerate(run.lanes)
        ],
        notice=notice,
    )


def _given(lane: CheckedLane) -> dict[str, Any] | None:
    return given_of(lane.beginning.ids, lane.beginning.text) if lane.beginning else None


def check_stop(membership: Membership, generations: Sequence[int]) -> list[int]:
    """The generations, if this person may see them all and may stop them."""
    require(membership, Permission.RUN)
    return [generation.pk for generation in access_generations(membership, generations)]


def check_stop_all(membership: Membership, comparison: int) -> list[int]:
    """All generations of a comparison, likewise."""
    return check_stop(membership, generations_of(membership, comparison))


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
        text=item.text or None,
    )


def do_record_paint(membership: Membership, generation: int, ttft_ms: float) -> None:
    """Keep when the author's browser painted the first token; the first report counts, and of
    answers that take turns from when it was its turn."""
    painted = round(ttft_ms * 1000)
    unpainted = Generation.objects.filter(
        pk=generation,
        team_id=membership.team_id,
        user_id=membership.user_id,
        client_ttft_us=None,
    )
    if unpainted.filter(sequence=None).update(client_ttft_us=painted):
        CLIENT_TTFT.observe(ttft_ms / 1000)
    else:
        unpainted.update(client_ttft_us=RawSQL(SINCE_ITS_TURN, [painted]))
