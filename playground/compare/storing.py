"""Stores a whole comparison in one statement: one round trip and one commit before Run is queued.

The same through the ORM takes six inserts and four times as long, all of it before the first
token (see docs/decisions/0002-one-statement-per-run.md).
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import QuerySet

from inference import tracing
from inference.decoding.controls import MAX_SEED
from inference.decoding.methods import LANE_CONTROLS
from inference.models import Generation
from inference.strategies.choice import seeds
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
        AS asked(position smallint, profile text, settings jsonb, resolved jsonb, seeds bigint[],
            preset bigint)
), lane AS (
    INSERT INTO compare_lane (comparison_id, team_id, position, profile, settings, preset_id)
    SELECT comparison.id, %(team)s, asked.position, asked.profile, asked.settings, asked.preset
    FROM asked, comparison
    RETURNING id, position
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('inference_generation', 'id')) AS id, drawn.*
    FROM (
        SELECT asked.*, seed, sample
        FROM asked, unnest(asked.seeds) WITH ORDINALITY AS each(seed, sample)
        ORDER BY position, sample
    ) AS drawn
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
    SELECT lane.id, kase.id, %(team)s, numbered.sample, numbered.id
    FROM numbered JOIN lane USING (position), kase
)
SELECT session.public_id, comparison.id, comparison.number,
    (SELECT array_agg(id ORDER BY position, sample) FROM numbered)
FROM session, comparison
"""


@dataclass(frozen=True, slots=True)
class StoredLane:
    """A lane's generations as they will run, one a sample. `seed` is the first one's; the others
    have those that follow."""

    samples: list[int]
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

    @property
    def generations(self) -> list[tuple[int, str]]:
        """Each generation with its profile, a lane's first samples before any lane's second."""
        asked = [(id, lane.profile) for lane in self.lanes for id in lane.samples[:1]]
        more = [(id, lane.profile) for lane in self.lanes for id in lane.samples[1:]]
        return asked + more


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

    @property
    def requests(self) -> int:
        """How many generations it makes."""
        return sum(lane.settings.get("samples", 1) for lane in self.lanes)


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
    remaining = iter(ids)
    stored = [
        StoredLane(
            list(islice(remaining, len(lane["seeds"]))),
            lane["profile"],
            lane["seeds"][0],
            lane["resolved"],
        )
        for lane in lanes
    ]
    return StoredRun(session, comparison, number, stored)


def stored_run(team: int, author: int, key: uuid.UUID) -> StoredRun:
    """The run that this person stored under this key before. Raises Comparison.DoesNotExist."""
    comparison = Comparison.objects.select_related("session").get(
        team_id=team, author_id=author, key=key
    )
    lanes: dict[int, StoredLane] = {}
    for row in _generations_of(comparison):
        fresh = StoredLane([], row.profile, row.seed, row.settings)
        lanes.setdefault(row.sample.lane_id, fresh).samples.append(row.pk)
    return StoredRun(
        comparison.session.public_id, comparison.pk, comparison.number, list(lanes.values())
    )


def _generations_of(comparison: Comparison) -> QuerySet[Generation]:
    """Lane by lane, and sample by sample."""
    return (
        Generation.objects.filter(sample__lane__comparison=comparison)
        .select_related("sample")
        .only("profile", "seed", "settings", "sample__lane_id", "sample__number")
        .order_by("sample__lane__position", "sample__number")
    )


def _resolve(position: int, lane: CheckedLane) -> dict[str, Any]:
    """A lane as asked, and its generations as resolved: each with its seed, drawn where none was
    given. What is of the lane alone no engine is told."""
    asked = lane.settings.get("seed")
    first = secrets.randbelow(MAX_SEED) if asked is None else asked
    return {
        "position": position,
        "profile": lane.profile.name,
        "settings": lane.settings,
        "resolved": _resolved(lane.settings),
        "seeds": seeds(first, lane.settings.get("samples", 1)),
        "preset": lane.preset,
    }


def _resolved(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine is asked for; to choose by log-probabilities they must be kept."""
    kept = {
        name: value
        for name, value in settings.items()
        if name != "seed" and name not in LANE_CONTROLS
    }
    if settings.get("choose") == "best_of":
        kept.setdefault("logprobs", 0)
    return kept
