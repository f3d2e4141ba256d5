"""Stores a whole comparison in one statement: one round trip and one commit before Run is queued.

The same through the ORM takes six inserts and four times as long, all of it before the first
token (see docs/decisions/0002-one-statement-per-run.md).
"""

import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

from inference import tracing
from inference.decoding.controls import MAX_SEED
from inference.models import Generation
from playground.compare.models import Comparison
from playground.compare.requests import CheckedLane

STORE = """
WITH opened AS (
    UPDATE compare_session SET runs = runs + 1, updated_at = now()
    WHERE id = %(session)s
    RETURNING id, public_id, title, runs, shared
), made AS (
    INSERT INTO compare_session
        (public_id, team_id, author_id, title, shared, runs, created_at, updated_at)
    SELECT %(public_id)s, id, %(author)s, %(title)s, shares_by_default, 1, now(), now()
    FROM accounts_team WHERE id = %(team)s AND %(session)s::bigint IS NULL
    RETURNING id, public_id, title, runs, shared
), session AS (
    SELECT * FROM opened UNION ALL SELECT * FROM made
), comparison AS (
    INSERT INTO compare_comparison
        (session_id, team_id, author_id, source, number, key, messages, shared,
        prompt_version_id, profiles, statuses, created_at)
    SELECT id, %(team)s, %(author)s, 'browser', runs, %(key)s, %(messages)s::jsonb, shared,
        %(prompt_version)s, %(profiles)s, '{queued}', now()
    FROM session
    RETURNING id, number
), kase AS (
    INSERT INTO compare_case (comparison_id, team_id, number, variables)
    SELECT id, %(team)s, 1, '{}' FROM comparison
    RETURNING id
), asked AS (
    SELECT * FROM jsonb_to_recordset(%(lanes)s::jsonb)
        AS asked(position smallint, profile text, settings jsonb, resolved jsonb, seed bigint,
            preset bigint)
), lane AS (
    INSERT INTO compare_lane (comparison_id, team_id, position, profile, settings, preset_id)
    SELECT comparison.id, %(team)s, asked.position, asked.profile, asked.settings, asked.preset
    FROM asked, comparison
    RETURNING id, position
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('inference_generation', 'id')) AS id, asked.*
    FROM (SELECT * FROM asked ORDER BY position) AS asked
), generation AS (
    INSERT INTO inference_generation
        (id, team_id, user_id, source, request_id, profile, messages, settings, seed, status,
        sent_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, %(team)s, %(author)s, 'browser', %(request_id)s, profile, %(messages)s::jsonb,
        resolved, seed, 'queued', now()
    FROM numbered
    RETURNING id
), sample AS (
    INSERT INTO compare_sample (lane_id, case_id, team_id, number, generation_id)
    SELECT lane.id, kase.id, %(team)s, 1, numbered.id
    FROM numbered JOIN lane USING (position), kase
)
SELECT session.public_id, comparison.id, comparison.number,
    (SELECT array_agg(id ORDER BY position) FROM numbered)
FROM session, comparison
"""


@dataclass(frozen=True, slots=True)
class StoredLane:
    """A lane's generation as it will run."""

    generation: int
    profile: str
    seed: int
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A comparison that is in Postgres and will happen."""

    session: uuid.UUID
    comparison: int
    number: int
    lanes: list[StoredLane]


@dataclass(frozen=True, slots=True)
class NewRun:
    """What to store. `session` is the row id of an existing session, None makes one.

    `prompt_version` is the row id of the library's version that the messages came from.
    """

    team: int
    author: int
    session: int | None
    title: str
    key: uuid.UUID
    messages: list[dict[str, str]]
    lanes: list[CheckedLane]
    prompt_version: int | None = None


def store_run(run: NewRun) -> StoredRun:
    """Store a run, numbered within its session under that row's lock.

    Raises django.db.IntegrityError where the team has a run with this key already.
    """
    lanes = [_resolve(position, lane) for position, lane in enumerate(run.lanes)]
    parameters = {
        "session": run.session,
        "public_id": uuid.uuid4(),
        "team": run.team,
        "author": run.author,
        "title": run.title,
        "key": run.key,
        "messages": json.dumps(run.messages),
        "lanes": json.dumps(lanes),
        "prompt_version": run.prompt_version,
        "profiles": sorted({lane.profile.name for lane in run.lanes}),
        "request_id": tracing.request_id(),
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, parameters)
        row = cursor.fetchone()
    if row is None:
        raise IntegrityError("the session is gone")
    session, comparison, number, ids = row
    return StoredRun(
        session,
        comparison,
        number,
        [
            StoredLane(id, lane["profile"], lane["seed"], lane["resolved"])
            for id, lane in zip(ids, lanes, strict=True)
        ],
    )


def stored_run(team: int, author: int, key: uuid.UUID) -> StoredRun:
    """The run that this person stored under this key before. Raises Comparison.DoesNotExist."""
    comparison = Comparison.objects.select_related("session").get(
        team_id=team, author_id=author, key=key
    )
    generations = Generation.objects.filter(sample__lane__comparison=comparison)
    return StoredRun(
        comparison.session.public_id,
        comparison.pk,
        comparison.number,
        [
            StoredLane(row.pk, row.profile, row.seed, row.settings)
            for row in generations.order_by("sample__lane__position")
        ],
    )


def _resolve(position: int, lane: CheckedLane) -> dict[str, Any]:
    """A lane as asked, and its generation as resolved: with a seed, drawn where none was given."""
    asked = lane.settings.get("seed")
    return {
        "position": position,
        "profile": lane.profile.name,
        "settings": lane.settings,
        "resolved": {name: value for name, value in lane.settings.items() if name != "seed"},
        "seed": secrets.randbelow(MAX_SEED) if asked is None else asked,
        "preset": lane.preset,
    }
