"""The statements that move a generation from one state to the next.

Each is one conditional UPDATE for a whole batch, so two workers, two sweepers or a task that is
delivered twice cannot both win: the row's status, attempt and lease owner are in its WHERE.
Times are Postgres's own clock; no worker's clock decides an expiry.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from inference.models import MAX_ATTEMPTS

LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A generation that this worker now holds the lease of."""

    id: int
    attempt: int
    team_id: int
    messages: list[dict[str, str]]
    settings: dict[str, Any]
    seed: int
    dispatch_us: int
    request_id: str = ""
    sequence: int | None = None
    beginning: list[int] | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """An attempt that ends without an answer, with the text that it had shown."""

    id: int
    attempt: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a released generation: queued again, interrupted or stopped."""

    id: int
    attempt: int
    status: str
    profile: str


@contextmanager
def rows(
    sql: str, parameters: Sequence[Any] | Mapping[str, Any]
) -> Iterator[list[tuple[Any, ...]]]:
    """Run one statement and give the connection back to the pool."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            yield cursor.fetchall()
    finally:
        connection.close()


CLAIM = """
WITH claimed AS (
    UPDATE inference_generation SET status = 'running', attempt = attempt + 1, lease_owner = %s,
        lease_until = clock_timestamp() + make_interval(secs => %s),
        started_at = clock_timestamp(),
        dispatch_us = extract(epoch FROM clock_timestamp() - coalesce(turn_at, accepted_at))
            * 1000000
    WHERE id = ANY(%s) AND status = 'queued' AND NOT stop_requested
        AND (sequence IS NULL OR turn_at IS NOT NULL)
    RETURNING id, attempt, team_id, messages::text, settings::text, seed, dispatch_us,
        request_id, sequence, beginning_ids
), attempts AS (
    INSERT INTO inference_attempt (generation_id, number, worker)
    SELECT id, attempt, %s FROM claimed
)
SELECT * FROM claimed
"""


def claim(owner: str, ids: Sequence[int]) -> list[Claim | None]:
    """Take the leases of queued generations; None where someone else was first."""
    with rows(CLAIM, [owner, LEASE_SECONDS, list(ids), owner]) as found:
        claims = {
            row[0]: Claim(row[0], row[1], row[2], json.loads(row[3]), json.loads(row[4]), *row[5:])
            for row in found
        }
    return [claims.pop(id, None) for id in ids]


RENEW = """
UPDATE inference_generation SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = ANY(%s) AND lease_owner = %s AND status = 'running'
RETURNING id, stop_requested
"""


def renew(owner: str, ids: Iterable[int]) -> dict[int, bool]:
    """Keep leases; maps those still held to whether a stop was asked for."""
    with rows(RENEW, [LEASE_SECONDS, list(ids), owner]) as found:
        return dict(found)


RESULT_COLUMNS: Mapping[str, str] = {
    "status": "text",
    "text": "text",
    "token_ids": "integer[]",
    "prompt_token_ids": "integer[]",
    "step_tokens": "integer[]",
    "step_characters": "integer[]",
    "gaps_us": "integer[]",
    "logprobs": "jsonb",
    "drafted_steps": "integer[]",
    "accepted_steps": "integer[]",
    "scored_logprobs": "float8[]",
    "scored_from": "integer",
    "finish_reason": "text",
    "error": "text",
    "prompt_tokens": "integer",
    "cached_tokens": "integer",
    "output_tokens": "integer",
    "drafted_tokens": "integer",
    "accepted_tokens": "integer",
    "queue_us": "bigint",
    "prefill_us": "bigint",
    "decode_us": "bigint",
    "ttft_us": "bigint",
    "load_running": "integer",
    "load_waiting": "integer",
    "engine": "text",
    "engine_version": "text",
    "engine_flags": "jsonb",
    "model": "text",
    "model_revision": "text",
}
FINISH = f"""
WITH result AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS result(id bigint, attempt smallint,
        {", ".join(f"{name} {kind}" for name, kind in RESULT_COLUMNS.items())})
), finished AS (
    UPDATE inference_generation AS generation SET
        {", ".join(f"{name} = result.{name}" for name in RESULT_COLUMNS)},
        finished_at = clock_timestamp(), lease_owner = '', lease_until = NULL,
        e2e_us = extract(epoch FROM clock_timestamp() - coalesce(turn_at, accepted_at)) * 1000000
    FROM result
    WHERE generation.id = result.id AND generation.attempt = result.attempt
        AND generation.status = 'running' AND generation.lease_owner = %s
    RETURNING generation.id, generation.attempt, generation.e2e_us, generation.client_ttft_us,
        generation.dispatch_us, generation.status, generation.error
), attempts AS (
    UPDATE inference_attempt AS attempt
    SET ended_at = clock_timestamp(), outcome = finished.status, reason = finished.error
    FROM finished
    WHERE attempt.generation_id = finished.id AND attempt.number = finished.attempt
)
SELECT id, e2e_us, client_ttft_us, dispatch_us FROM finished
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """What Postgres added to a finished generation, in microseconds."""

    e2e_us: int
    client_ttft_us: int | None
    dispatch_us: int | None


def finish(owner: str, results: Sequence[Mapping[str, Any]]) -> list[Finished | None]:
    """Write ends in one statement; None where the lease was lost and another attempt decides.

    Each result holds `id`, `attempt` and RESULT_COLUMNS. Writing one twice changes nothing.
    """
    with rows(FINISH, [json.dumps(results), owner]) as found:
        finished = {row[0]: Finished(*row[1:]) for row in found}
    return [finished.get(result["id"]) for result in results]


# Read from the row that is being updated, which is locked: a stop that is committed while the
# update waits for the row still counts.
_RELEASED_AS = f"""CASE WHEN generation.stop_requested THEN 'stopped'
    WHEN generation.attempt >= {MAX_ATTEMPTS} THEN 'interrupted' ELSE 'queued' END"""
_QUEUED_AGAIN = f"({_RELEASED_AS}) = 'queued'"
RELEASE = f"""
WITH lost AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS lost(id bigint, attempt smallint, text text, reason text)
), released AS (
    UPDATE inference_generation AS generation SET
        status = {_RELEASED_AS}, lease_owner = '', lease_until = NULL, sent_at = clock_timestamp(),
        text = CASE WHEN {_QUEUED_AGAIN} THEN '' ELSE lost.text END,
        error = CASE WHEN ({_RELEASED_AS}) = 'interrupted' THEN lost.reason ELSE '' END,
        finish_reason = CASE WHEN generation.stop_requested THEN 'abort' ELSE '' END,
        finished_at = CASE WHEN NOT {_QUEUED_AGAIN} THEN clock_timestamp() END,
        e2e_us = CASE WHEN NOT {_QUEUED_AGAIN}
            THEN extract(epoch FROM clock_timestamp() - coalesce(turn_at, accepted_at))
                * 1000000 END
    FROM lost
    WHERE generation.id = lost.id AND generation.attempt = lost.attempt
        AND generation.status = 'running'
        AND (generation.lease_owner = %s OR generation.lease_until < clock_timestamp())
    RETURNING generation.id, generation.attempt, generation.status, generation.profile
), attempts AS (
    UPDATE inference_attempt AS attempt
    SET ended_at = clock_timestamp(), outcome = 'lost', reason = lost.reason, text = lost.text
    FROM released JOIN lost USING (id)
    WHERE attempt.generation_id = released.id AND attempt.number = released.attempt
)
SELECT * FROM released
"""


def release(owner: str, lost: Sequence[Release]) -> list[Released | None]:
    """End attempts without an answer: queue another, or keep the partial text as interrupted.

    `owner` is the worker that gives its own leases back; "" takes only those that have expired.
    """
    payload = json.dumps([asdict(item) for item in lost])
    with rows(RELEASE, [payload, owner or None]) as found:
        released = {row[0]: Released(*row) for row in found}
    return [released.get(item.id) for item in lost]


EXPIRED = """
SELECT id, attempt FROM inference_generation
WHERE status = 'running' AND lease_until < clock_timestamp()
ORDER BY lease_until LIMIT 500
"""


def expired() -> list[tuple[int, int]]:
    """(id, attempt) of the generations whose worker has not renewed its lease."""
    with rows(EXPIRED, []) as found:
        return [(id, attempt) for id, attempt in found]


UNSENT = """
UPDATE inference_generation SET sent_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM inference_generation
    WHERE status = 'queued' AND profile = ANY(%s) AND (sequence IS NULL OR turn_at IS NOT NULL)
        AND (sent_at IS NULL OR sent_at < clock_timestamp() - make_interval(secs => %s))
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
)
RETURNING id, profile
"""
RESEND_SECONDS = 10.0


def unsent(profiles: Sequence[str]) -> list[tuple[int, str]]:
    """Queued generations of `profiles` whose task seems lost, marked as sent again."""
    with rows(UNSENT, [list(profiles), RESEND_SECONDS]) as found:
        return [(id, profile) for id, profile in found]


QUEUED_PROFILES = """
SELECT DISTINCT profile FROM inference_generation
WHERE status = 'queued' AND (sequence IS NULL OR turn_at IS NOT NULL)
"""


def queued_profiles() -> list[str]:
    """The profiles that anything waits for whose turn it is."""
    with rows(QUEUED_PROFILES, []) as found:
        return [profile for (profile,) in found]


STOP = """
UPDATE inference_generation AS generation SET stop_requested = true,
    text = CASE WHEN status <> 'queued' THEN text ELSE coalesce(
        (SELECT shown.text FROM inference_attempt AS shown
         WHERE shown.generation_id = generation.id AND shown.number = generation.attempt), ''
    ) END,
    finish_reason = CASE WHEN status = 'queued' THEN 'abort' ELSE finish_reason END,
    finished_at = CASE WHEN status = 'queued' THEN clock_timestamp() END,
    e2e_us = CASE WHEN status = 'queued'
        THEN extract(epoch FROM clock_timestamp() - coalesce(turn_at, accepted_at)) * 1000000 END,
    status = CASE WHEN status = 'queued' THEN 'stopped' ELSE status END
WHERE id = ANY(%s) AND status IN ('queued', 'running')
RETURNING id, attempt, status, text
"""


@dataclass(frozen=True, slots=True)
class Stopping:
    """A generation asked to stop: "stopped" if it was still queued, else "running".

    `text` is what an earlier attempt had shown.
    """

    id: int
    attempt: int
    status: str
    text: str = ""


def request_stop(ids: Sequence[int]) -> list[Stopping]:
    """Ask these generations to stop; those that had ended already are left out."""
    with rows(STOP, [list(ids)]) as found:
        return [Stopping(*row) for row in found]


FAIL_QUEUED = """
UPDATE inference_generation AS generation SET status = 'failed', finish_reason = 'error',
    error = %s, text = coalesce(
        (SELECT shown.text FROM inference_attempt AS shown
         WHERE shown.generation_id = generation.id AND shown.number = generation.attempt), ''
    ),
    finished_at = clock_timestamp(),
    e2e_us = extract(epoch FROM clock_timestamp() - coalesce(turn_at, accepted_at)) * 1000000
WHERE id IN (
    SELECT id FROM inference_generation WHERE status = 'queued' AND profile = %s
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
)
RETURNING id, attempt, error, text
"""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A queued generation that nothing will ever run; `text` is what an earlier attempt showed."""

    id: int
    attempt: int
    error: str
    text: str


def fail_queued(profile: str, reason: str) -> list[GivenUp]:
    """End what waits for a profile whose engine cannot be started, at most 500 at a time."""
    with rows(FAIL_QUEUED, [reason, profile]) as found:
        return [GivenUp(*row) for row in found]
