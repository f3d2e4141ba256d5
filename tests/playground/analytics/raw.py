"""Ended generations drawn from a seed, and the same sums by other means than the product's."""

import math
import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from inference.models import Generation
from playground.analytics.levels import DIMENSIONS, LEVELS

STATUSES = ("done", "done", "done", "stopped", "interrupted", "failed")


def draw(rng: random.Random, start: datetime, hours: int) -> Generation:
    """One ended generation, with holes where an engine may know nothing."""
    tokens = rng.choice((None, 0, 1, 2, 40))
    gaps = [int(rng.lognormvariate(8, 1)) for _ in range((tokens or 1) - 1)]
    known = rng.random() < 0.8
    return Generation(
        team_id=rng.randrange(1, 4),
        user_id=rng.choice((None, 1, 2, 3)),
        source=rng.choice(("browser", "api")),
        profile=rng.choice(("small", "draft")),
        messages=[],
        settings={},
        seed=1,
        status=rng.choice(STATUSES),
        finished_at=start + timedelta(seconds=rng.random() * 3600 * hours),
        prompt_tokens=rng.choice((None, 5, 50)),
        cached_tokens=rng.choice((None, 0, 4)),
        output_tokens=tokens,
        queue_us=rng.randrange(5000) if known else None,
        prefill_us=rng.randrange(1, 90_000) if known else None,
        decode_us=sum(gaps) if known else None,
        ttft_us=rng.randrange(1, 900_000) if known else None,
        e2e_us=rng.randrange(1, 9_000_000),
        gaps_us=gaps if rng.random() < 0.9 else None,
    )


def make_raw(seed: int, count: int, start: datetime, hours: int) -> list[Generation]:
    rng = random.Random(seed)
    return Generation.objects.bulk_create([draw(rng, start, hours) for _ in range(count)])


Key = tuple[Any, ...]


def key_of(row: Generation, level: str, columns: Iterable[str]) -> Key:
    values = {
        "team_id": row.team_id,
        "user_id": row.user_id or 0,
        "key_id": 0,
        "profile": row.profile,
        "source": row.source,
    }
    assert row.finished_at is not None
    hour = row.finished_at.replace(minute=0, second=0, microsecond=0)
    chosen = set(columns)
    return (hour, level, *(values[name] if name in chosen else None for name in DIMENSIONS))


def sums_of(rows: Iterable[Generation]) -> dict[Key, Counter[str]]:
    """The sums of every hour and level, counted one row at a time."""
    found: dict[Key, Counter[str]] = {}
    for row in rows:
        for level, columns in LEVELS:
            sums = found.setdefault(key_of(row, level, columns), Counter())
            sums["requests"] += 1
            sums[row.status] += 1
            for name in ("prompt_tokens", "cached_tokens", "output_tokens"):
                sums[name] += getattr(row, name) or 0
            sums["busy_us"] += (row.prefill_us or 0) + (row.decode_us or 0)
    return found


def values_of(row: Generation) -> dict[str, list[float]]:
    """What each metric has of one generation."""
    tpot = None
    if row.decode_us is not None and row.output_tokens and row.output_tokens > 1:
        tpot = row.decode_us / (row.output_tokens - 1)
    single = {
        "queue": row.queue_us,
        "prefill": row.prefill_us,
        "ttft": row.ttft_us,
        "tpot": tpot,
        "e2e": row.e2e_us,
    }
    known = {name: [float(value)] for name, value in single.items() if value is not None}
    return known | ({"itl": [float(gap) for gap in row.gaps_us]} if row.gaps_us else {})


def histograms_of(rows: Iterable[Generation]) -> dict[tuple[Key, str], Counter[int]]:
    """How many values of each metric lie in each 2 % bucket, by logarithms in Python."""
    found: dict[tuple[Key, str], Counter[int]] = {}
    for row in rows:
        for metric, values in values_of(row).items():
            places = [max(0, math.floor(math.log(max(v, 1.0)) / math.log(1.02))) for v in values]
            for level, columns in LEVELS:
                counts = found.setdefault((key_of(row, level, columns), metric), Counter())
                counts.update(places)
    return found
