"""From how a generation ended to its row and to the event that says so."""

from typing import Any

import structlog
from kombu.exceptions import OperationalError as BrokerError

from inference import dispatch
from inference.analysis.log_probabilities import packed
from inference.engines.protocol import Completed, EngineDescription, Scored, Speculated
from inference.events import Ended, GenerationEvent, StatusChange
from inference.ledger import Claim, Finished, GivenUp, Release, Released
from inference.live import Live
from inference.metrics import figures
from inference.models import MAX_ATTEMPTS, Generation
from inference.storable import storable

log = structlog.get_logger(__name__)


def microseconds(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds * 1e6))


def result(
    claim: Claim, live: Live, end: Completed | str, described: EngineDescription
) -> dict[str, Any]:
    """The columns to store (see `ledger.RESULT_COLUMNS`); `end` is the engine's, or an error."""
    columns: dict[str, Any] = {
        "id": claim.id,
        "attempt": claim.attempt,
        "status": "failed",
        "text": live.text,
        "token_ids": live.token_ids,
        "step_tokens": live.step_tokens,
        "step_characters": live.step_characters,
        "gaps_us": live.gaps_us,
        "logprobs": packed(live.logprobs),
        "finish_reason": "error",
        "error": storable(end) if isinstance(end, str) else "",
        "output_tokens": len(live.token_ids),
        "load_running": live.load[0],
        "load_waiting": live.load[1],
        "engine": described.engine,
        "engine_version": described.version,
        "engine_flags": dict(described.flags),
        "model": described.model,
        "model_revision": described.model_revision,
    }
    if not isinstance(end, str):
        stopped = live.stop_requested or end.finish_reason == "abort"
        columns |= {
            "status": "stopped" if stopped else "done",
            "finish_reason": end.finish_reason,
            "output_tokens": end.output_tokens,
            "prompt_tokens": end.prompt_tokens,
            "prompt_token_ids": list(end.prompt_token_ids),
            "cached_tokens": end.cached_tokens,
            "queue_us": microseconds(end.timings.queue),
            "prefill_us": microseconds(end.timings.prefill),
            "decode_us": microseconds(end.timings.decode),
            "ttft_us": microseconds(end.timings.ttft),
            **_speculated(end.speculated),
            **_scored(end.scored),
        }
    return columns


def _speculated(made: Speculated | None) -> dict[str, Any]:
    if made is None:
        return {}
    return {
        "drafted_tokens": sum(made.drafted),
        "accepted_tokens": sum(made.accepted),
        "drafted_steps": list(made.drafted),
        "accepted_steps": list(made.accepted),
    }


def _scored(made: Scored | None) -> dict[str, Any]:
    return {"scored_from": made.start, "scored_logprobs": list(made.logprobs)} if made else {}


def ended(claim: Claim, columns: dict[str, Any], finished: Finished) -> Ended:
    """The event that closes a lane, with its figures."""
    row = Generation(
        **columns,
        seed=claim.seed,
        e2e_us=finished.e2e_us,
        client_ttft_us=finished.client_ttft_us,
        dispatch_us=finished.dispatch_us,
    )
    return Ended(
        generation=claim.id,
        attempt=claim.attempt,
        status=columns["status"],
        finish_reason=columns["finish_reason"] or None,
        error=columns["error"],
        metrics=figures(row),
        seq=len(columns["step_tokens"]),
    )


def handed_back(released: Released, lost: Release) -> GenerationEvent:
    """What the lane says after an attempt was lost."""
    if released.status == "queued":
        return StatusChange(
            generation=released.id,
            attempt=released.attempt,
            status="queued",
            detail=f"{lost.reason} Attempt {released.attempt + 1} of {MAX_ATTEMPTS} follows.",
        )
    return Ended(
        generation=released.id,
        attempt=released.attempt,
        status=released.status,
        finish_reason="abort" if released.status == "stopped" else None,
        error=lost.reason if released.status == "interrupted" else "",
        metrics={},
        text=lost.text,
    )


def given_up(item: GivenUp) -> Ended:
    """What the lane says where no engine will ever run it."""
    return Ended(
        generation=item.id,
        attempt=item.attempt,
        status="failed",
        finish_reason="error",
        error=item.error,
        metrics={},
        text=item.text or None,
    )


def send_again(released: Released) -> None:
    """Queue another attempt at once; where the broker is away, the sweeper does it later."""
    try:
        dispatch.send([(released.id, released.profile)])
    except BrokerError as error:
        log.warning("not sent again yet", generation=released.id, error=str(error))
