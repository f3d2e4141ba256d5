"""Stores a whole comparison in one statement: one round trip and one commit before Run is queued.

The same through the ORM takes six inserts and four times as long, all of it before the first
token (see docs/decisions/0002-one-statement-per-run.md).
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice, zip_longest
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import QuerySet

from inference import tracing
from inference.decoding.controls import MAX_SEED
from inference.decoding.methods import LANE_CONTROLS
from inference.models import Generation
from inference.strategies.choice import seeds
from playground.compare.cases import CheckedCase
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
), given AS (
    SELECT * FROM jsonb_to_recordset(%(cases)s::jsonb)
        AS given("case" integer, variables jsonb, filled jsonb)
), kase AS (
    INSERT INTO compare_case (comparison_id, team_id, number, variables)
    SELECT comparison.id, %(team)s, given."case", given.variables
    FROM given, comparison ORDER BY given."case"
    RETURNING id, number AS "case"
), asked AS (
    SELECT * FROM jsonb_to_recordset(%(lanes)s::jsonb)
        AS asked(position smallint, profile text, settings jsonb, resolved jsonb, seeds bigint[],
            preset bigint, beginning_ids integer[], beginning_text text)
), lane AS (
    INSERT INTO compare_lane (comparison_id, team_id, position, profile, settings, preset_id)
    SELECT comparison.id, %(team)s, asked.position, asked.profile, asked.settings, asked.preset
    FROM asked, comparison
    RETURNING id, position
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('inference_generation', 'id')) AS id, drawn.*
    FROM (
        SELECT asked.*, given."case", given.filled, seed, sample
        FROM asked, given, unnest(asked.seeds) WITH ORDINALITY AS each(seed, sample)
        ORDER BY position, "case", sample
    ) AS drawn
), generation AS (
    INSERT INTO inference_generation
        (id, team_id, user_id, source, request_id, profile, messages, settings, seed, status,
        sent_at, beginning_ids, beginning_text)
    OVERRIDING SYSTEM VALUE
    SELECT id, %(team)s, %(author)s, 'browser', %(request_id)s, profile, filled,
        resolved, seed, 'queued', now(), beginning_ids, beginning_text
    FROM numbered
    RETURNING id
), sample AS (
    INSERT INTO compare_sample (lane_id, case_id, team_id, number, generation_id)
    SELECT lane.id, kase.id, %(team)s, numbered.sample, numbered.id
    FROM numbered JOIN lane USING (position) JOIN kase USING ("case")
)
SELECT session.public_id, comparison.id, comparison.number,
    (SELECT array_agg(id ORDER BY position, "case", sample) FROM numbered)
FROM session, comparison
"""


@dataclass(frozen=True, slots=True)
class StoredLane:
    """A lane's generations as they will run: for each case, one a sample. `seed` is each case's
    first one's; the other samples have those that follow."""

    cases: list[list[int]]
    profile: str
    seed: int
    settings: dict[str, Any]

    @property
    def samples(self) -> list[int]:
        """All of them, case by case."""
        return [id for case in self.cases for id in case]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A comparison that is in Postgres and will happen."""

    session: uuid.UUID
    comparison: int
    number: int
    lanes: list[StoredLane]

    @property
    def generations(self) -> list[tuple[int, str]]:
        """Each generation with its profile: in turns, one of each lane, a case's first samples
        before its others."""
        each = ([(id, lane.profile) for id in lane.samples] for lane in self.lanes)
        return [sent for turn in zip_longest(*each) for sent in turn if sent is not None]


@dataclass(frozen=True, slots=True)
class NewRun:
    """What to store. `session` is the row id of an existing session, None makes one.

    `prompt_version` is the row id of the library's version that the messages came from. Without
    `cases` there is one, which asks the messages as they are.
    """

    team: int
    author: int
    session: int | None
    title: str
    key: uuid.UUID
    messages: list[dict[str, str]]
    lanes: list[CheckedLane]
    prompt_version: int | None = None
    cases: list[CheckedCase] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many generations it makes."""
        samples: int = sum(lane.settings.get("samples", 1) for lane in self.lanes)
        return samples * max(len(self.cases), 1)


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
        "cases": json.dumps(_cases(run)),
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
            [list(islice(remaining, len(lane["seeds"]))) for _ in range(max(len(run.cases), 1))],
            lane["profile"],
            lane["seeds"][0],
            lane["resolved"],
        )
        for lane in lanes
    ]
    return StoredRun(session, comparison, number, stored)


def _cases(run: NewRun) -> list[dict[str, Any]]:
    cases = run.cases or [CheckedCase({}, run.messages)]
    return [
        {"case": number, "variables": case.variables, "filled": case.messages}
        for number, case in enumerate(cases, 1)
    ]


def stored_run(team: int, author: int, key: uuid.UUID) -> StoredRun:
    """The run that this person stored under this key before. Raises Comparison.DoesNotExist."""
    comparison = Comparison.objects.select_related("session").get(
        team_id=team, author_id=author, key=key
    )
    rows = groupby(_generations_of(comparison), key=lambda row: row.sample.lane_id)
    lanes = [_stored_lane(list(found)) for _, found in rows]
    return StoredRun(comparison.session.public_id, comparison.pk, comparison.number, lanes)


def _stored_lane(rows: list[Generation]) -> StoredLane:
    """`rows` are one lane's, case by case."""
    by_case = groupby(rows, key=lambda row: row.sample.case_id)
    cases = [[row.pk for row in found] for _, found in by_case]
    return StoredLane(cases, rows[0].profile, rows[0].seed, rows[0].settings)


def _generations_of(comparison: Comparison) -> QuerySet[Generation]:
    """Lane by lane, case by case, and sample by sample."""
    return (
        Generation.objects.filter(sample__lane__comparison=comparison)
        .select_related("sample")
        .only("profile", "seed", "settings", "sample__lane_id", "sample__case_id")
        .order_by("sample__lane__position", "sample__case__number", "sample__number")
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
        "beginning_ids": lane.beginning.ids if lane.beginning else None,
        "beginning_text": lane.beginning.text if lane.beginning else "",
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
