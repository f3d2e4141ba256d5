"""Logarithmic buckets, 2 % wide: enough for a percentile within 1 %, and few enough to keep."""

import math
from collections.abc import Mapping

WIDTH = 1.02
BUCKET_SQL = "greatest(floor(ln(greatest({value}, 1)) / ln(1.02)), 0)::smallint"
"""The bucket of a value in Postgres; the same as `bucket_of`."""


def bucket_of(value: float) -> int:
    """The bucket that a value falls in; what is below 1 falls in bucket 0."""
    return max(0, math.floor(math.log(max(value, 1.0)) / math.log(WIDTH)))


def middle_of(bucket: int) -> float:
    """The geometric middle of a bucket: at most 1 % from any value in it."""
    return float(WIDTH ** (bucket + 0.5))


def percentile_of(histogram: Mapping[int, int], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie; None where there are none.

    By the nearest rank: the smallest bucket with at least ⌈share · n⌉ values up to its end.
    """
    total = sum(histogram.values())
    if not total:
        return None
    rank = max(1, math.ceil(share * total))
    passed = 0
    for bucket in sorted(histogram):
        passed += histogram[bucket]
        if passed >= rank:
            return middle_of(bucket)
    return None
