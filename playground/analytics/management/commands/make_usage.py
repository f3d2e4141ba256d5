"""`manage.py make_usage`: many ended generations over many days, to see the pages at full size.

They are drawn inside Postgres, in the rhythm of working days, and summed afterwards. Never run it
on a database that anyone works with: it puts what never happened beside what did.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from playground.accounts.models import Membership, Role, Team, User
from playground.analytics.catching_up import NAME
from playground.analytics.models import Watermark
from playground.analytics.rollups import hour_of, hours, rebuild_hour
from playground.analytics.sampling import WHOLE_FOR
from playground.analytics.stretches import sum_stretches

MARK = "usage.example.com"
PEOPLE_PER_TEAM = 12
PROFILES = ("small", "small-int8", "draft")

# Shares of a day's requests by hour (UTC), and of a week's by weekday from Monday.
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 17, 13, 16, 18, 18, 15, 11, 7, 5, 4, 3, 2, 1)
BY_WEEKDAY = (10, 11, 12, 11, 9, 2, 2)

DRAW = """
WITH gaps AS MATERIALIZED (
    SELECT array_agg(array_of) AS pool FROM (
        SELECT array_to_json(array_agg((exp(random_normal(9.2, 0.35)))::int)) AS array_of
        FROM generate_series(0, 199) AS pool, generate_series(1, 8) AS step
        GROUP BY pool
    ) AS made
), drawn AS (
    SELECT (%(hours)s::timestamptz[])[width_bucket(random(), %(shares)s::float[]) + 1]
            + random() * interval '1 hour' AS at,
        (%(people)s::bigint[])[1 + floor(power(random(), 2) * %(count)s)::int] AS user_id,
        (%(profiles)s::text[])[1 + floor(power(random(), 2) * 3)::int] AS profile,
        CASE WHEN random() < 0.3 THEN 'api' ELSE 'browser' END AS source,
        CASE WHEN random() < 0.94 THEN 'done' WHEN random() < 0.6 THEN 'stopped'
            WHEN random() < 0.5 THEN 'interrupted' ELSE 'failed' END AS status,
        (ARRAY[0, 0, 0.2, 0.5, 0.7, 0.7, 0.8, 1, 1, 1.5])[1 + floor(random() * 10)::int] AS heat,
        (ARRAY[0.9, 0.95, 1, 1])[1 + floor(random() * 4)::int] AS top_p,
        least(2048, 1 + exp(random_normal(4.2, 0.8)))::int AS prompt_tokens,
        least(512, 1 + exp(random_normal(4.4, 0.7)))::int AS output_tokens,
        exp(random_normal(10.6, 0.5))::bigint AS prefill_us,
        exp(random_normal(9.2, 0.35))::bigint AS step_us,
        CASE WHEN random() < 0.8 THEN exp(random_normal(6, 1))
            ELSE exp(random_normal(11.5, 1)) END::bigint AS queue_us,
        floor(random() * 200)::int AS gaps
    FROM generate_series(1, %(rows)s)
)
INSERT INTO inference_generation (team_id, user_id, source, profile, messages, settings, seed,
    status, attempt, accepted_at, started_at, finished_at, text, prompt_tokens, cached_tokens,
    output_tokens, dispatch_us, queue_us, prefill_us, decode_us, ttft_us, e2e_us, gaps_us,
    finish_reason, error, engine, engine_version, model)
SELECT (%(teams)s::bigint[])[array_position(%(people)s::bigint[], user_id)], user_id, source,
    profile,
    '[]', jsonb_build_object('temperature', heat, 'top_p', top_p, 'max_tokens', 512),
    floor(random() * 1000000)::bigint, status, 1,
    at - make_interval(secs => (queue_us + prefill_us + step_us * output_tokens) / 1e6),
    at - make_interval(secs => (prefill_us + step_us * output_tokens) / 1e6), at, '',
    prompt_tokens, CASE WHEN random() < 0.4 THEN prompt_tokens / 2 ELSE 0 END, output_tokens,
    6000, queue_us, prefill_us, step_us * (output_tokens - 1), queue_us + prefill_us,
    6000 + queue_us + prefill_us + step_us * output_tokens,
    ARRAY(SELECT json_array_elements_text(pool[gaps + 1])::int FROM gaps),
    CASE status WHEN 'done' THEN 'stop' WHEN 'stopped' THEN 'abort' ELSE '' END,
    CASE WHEN status IN ('failed', 'interrupted') THEN 'The worker was lost.' ELSE '' END,
    'vllm', 'made', 'made'
FROM drawn ORDER BY at
"""
QUEUES = """
INSERT INTO analytics_queuesample (at, profile, waiting, running, workers, oldest_s)
SELECT at, profile, waiting, floor(random() * 9), 1 + floor(random() * 2), waiting * 1.3
FROM (
    SELECT at, profile, greatest(0, random_normal(1, 3))::int AS waiting
    FROM (
        SELECT generate_series(%(start)s, %(fine)s, interval '10 minutes') AS at
        UNION SELECT generate_series(%(fine)s, %(end)s, interval '1 minute')
    ) AS moment, unnest(%(profiles)s::text[]) AS profile
) AS drawn
ON CONFLICT DO NOTHING
"""


class Command(BaseCommand):
    help = "Draw generations over the last days, for benchmarks and demonstrations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--generations", type=int, default=5_000_000)
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--teams", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("generations", "days", "teams"):
            if options[name] < 1:
                raise CommandError(f"--{name} must be at least 1.")
        end = hour_of(datetime.now(UTC))
        start = end - timedelta(days=options["days"])
        people = make_people(options["teams"])
        self._draw(options["generations"], people, start, end)
        self._sum(start, end)

    def _draw(
        self, wanted: int, people: list[tuple[int, int]], start: datetime, end: datetime
    ) -> None:
        values: dict[str, Any] = {
            "profiles": list(PROFILES),
            "count": len(people),
            "people": [user for user, _ in people],
            "teams": [team for _, team in people],
        }
        began, drawn = time.monotonic(), 0
        for day in days_of(start, end, wanted):
            with connection.cursor() as cursor:
                cursor.execute(DRAW, values | day)
            drawn += day["rows"]
            self._say("generations", drawn, wanted, began)
        fine = max(start, end - WHOLE_FOR)
        with connection.cursor() as cursor:
            cursor.execute(QUEUES, values | {"start": start, "fine": fine, "end": end})
            cursor.execute("VACUUM ANALYZE inference_generation")

    def _sum(self, start: datetime, end: datetime) -> None:
        every = list(hours(start, end))
        began = time.monotonic()
        for number, hour in enumerate(every, 1):
            rebuild_hour(hour)
            if number % 100 == 0 or number == len(every):
                self._say("hours summed", number, len(every), began)
        Watermark.objects.update_or_create(name=NAME, defaults={"until": end})
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE analytics_rollup, analytics_histogram")
        while sum_stretches():
            pass
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE analytics_stretch, analytics_queuesample")

    def _say(self, what: str, done: int, of: int, began: float) -> None:
        spent = time.monotonic() - began
        left = spent / done * (of - done)
        self.stdout.write(f"{done:,} of {of:,} {what}, {spent:.0f} s, {left:.0f} s left")
        self.stdout.flush()


def make_people(teams: int) -> list[tuple[int, int]]:
    """(user, team) ids: teams of a dozen, made once and found again."""
    found: list[tuple[int, int]] = []
    for number in range(1, teams + 1):
        owner = person(f"team{number}.person1")
        team = owner.teams.filter(personal=True).get()
        Team.objects.filter(pk=team.pk).update(name=f"Team {number}")
        found.append((owner.pk, team.pk))
        for place in range(2, PEOPLE_PER_TEAM + 1):
            user = person(f"team{number}.person{place}")
            Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.MEMBER})
            found.append((user.pk, team.pk))
    return found


def person(name: str) -> User:
    """Someone who cannot sign in."""
    email = f"{name}@{MARK}"
    return User.objects.filter(email=email).first() or User.objects.create_user(email)


def days_of(start: datetime, end: datetime, wanted: int) -> Iterator[dict[str, Any]]:
    """For each day its hours, how many requests it has, and where each hour's share of them ends
    on the way from 0 to 1."""
    every = list(hours(start, end))
    weights = [BY_HOUR[hour.hour] * BY_WEEKDAY[hour.weekday()] for hour in every]
    passed = list(accumulate(weights, initial=0))
    for first in range(0, len(every), 24):
        last = min(first + 24, len(every))
        low, high = passed[first], passed[last]
        shares = [(at - low) / (high - low) for at in passed[first + 1 : last]]
        rows = round(wanted * high / passed[-1]) - round(wanted * low / passed[-1])
        yield {"hours": every[first:last], "shares": shares, "rows": rows}
