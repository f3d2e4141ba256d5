"""The verbs of the workbench: `check_…` validates and loads, `do_…` changes and notifies.

Views, the socket and tasks call these and nothing below them.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, transaction
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
from playground.compare.events import Accepted, AcceptedLane, ComparisonRef, SessionRef
from playground.compare.models import Comparison
from playground.compare.requests import (
    BadInput,
    CheckedLane,
    RunRequest,
    check_lanes,
    check_messages,
)
from playground.compare.storing import NewRun, StoredRun, store_run, stored_run
from playground.compare.titles import prompt_line
from playground.metrics.site import CLIENT_TTFT
from playground.prompts.access import access_preset, access_prompt_version
from playground.prompts.models import Preset
from playground.prompts.presets import agrees

log = structlog.get_logger(__name__)


class CheckedRun:
    """A run that may start: who asks, in which session, with what."""

    def __init__(self, membership: Membership, request: RunRequest) -> None:
        self.membership = membership
        self.key = request.key
        self.messages = check_messages(request.messages)
        self.lanes: list[CheckedLane] = [
            self._with_preset(lane, asked.preset)
            for lane, asked in zip(check_lanes(request.lanes), request.lanes, strict=True)
        ]
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
        )

    @property
    def title(self) -> str:
        """What a session is called that it begins."""
        return prompt_line(self.messages)


def _is_of(lane: CheckedLane, preset: Preset) -> bool:
    """Whether a lane still has what the preset says: one changed since is not the preset's."""
    return preset.profile in ("", lane.profile.name) and agrees(
        lane.settings, preset, lane.profile.controls
    )


def check_run(membership: Membership, request: RunRequest) -> CheckedRun:
    """A run that this person may start now. Raises BadInput, Forbidden or Http404."""
    require(membership, Permission.RUN)
    checked = CheckedRun(membership, request)
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
            stored = store_run(new)
    except (IntegrityError, BadInput) as error:
        return _accepted(run, _stored_before(run, error), "")
    transaction.on_commit(lambda: _send(stored))
    if run.session is not None:
        news = Announcement("runs", str(stored.session))
        transaction.on_commit(lambda: announce(news))
    return _accepted(run, stored, notice_of(run.lanes))


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


def _send(run: StoredRun) -> None:
    try:
        dispatch.send(run.generations)
    except BrokerError as error:
        # The rows are stored and queued: the sweeper sends them when the queue is back.
        log.warning("not sent yet", comparison=run.comparison, error=str(error))


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
                seed=lane.seed,
                settings=lane.settings,
            )
            for position, lane in enumerate(run.lanes)
        ],
        notice=notice,
    )


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
    """Keep when the author's browser painted the first token; the first report counts."""
    first = Generation.objects.filter(
        pk=generation,
        team_id=membership.team_id,
        user_id=membership.user_id,
        client_ttft_us=None,
    ).update(client_ttft_us=round(ttft_ms * 1000))
    if first:
        CLIENT_TTFT.observe(ttft_ms / 1000)
