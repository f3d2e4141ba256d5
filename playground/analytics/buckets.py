"""Logarithmic buckets, 2 % wide: enough for a percentile within 1 %, and few enough to keep.

A kept histogram is a string of six bytes a bucket: its number in two, how many values it holds in
four, both big-endian, in no order. Histograms are put together by putting their strings together;
a bucket that comes twice counts twice. So Postgres gathers them, and only numbers are added here.

A day's histogram keeps its hours apart: the upper five bits of a bucket's number are the UTC hour.
So one row of a day gives a local day in any zone, or a point for each hour.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH = 1.02
HOUR_BITS = 11
BUCKETS = 1 << HOUR_BITS
"""So many there are: the last holds what is above 10¹⁷ too."""
BUCKET_SQL = (
    f"least(greatest(floor(ln(greatest({{value}}, 1)) / ln(1.02)), 0), {BUCKETS - 1})::smallint"
)
"""The bucket of a value in Postgres; the same as `bucket_of`."""
PIECE = np.dtype([("bucket", ">u2"), ("count", ">u4")])


def bucket_of(value: float) -> int:
    """The bucket that a value falls in; what is below 1 falls in bucket 0."""
    return min(max(0, math.floor(math.log(max(value, 1.0)) / math.log(WIDTH))), BUCKETS - 1)


def middle_of(bucket: int) -> float:
    """The geometric middle of a bucket: at most 1 % from any value in it."""
    return float(WIDTH ** (bucket + 0.5))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How many values lie in each bucket, from bucket 0 on. Buckets not held are empty."""

    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @staticmethod
    def unpacked(kept: bytes) -> "Spread":
        """What a kept histogram says, or several put together; whichever hours they are of."""
        pieces = np.frombuffer(kept, PIECE)
        counts = np.bincount(pieces["bucket"] & (BUCKETS - 1), weights=pieces["count"])
        return Spread(counts.astype(np.int64))

    def packed(self) -> bytes:
        """As it is kept. Raises OverflowError for a bucket with 2³² values or more."""
        (buckets,) = self.counts.nonzero()
        counts = self.counts[buckets]
        if counts.size and counts.max() >= 2**32:
            raise OverflowError("A bucket holds more values than four bytes can count.")
        pieces = np.empty(buckets.size, PIECE)
        pieces["bucket"], pieces["count"] = buckets, counts
        return pieces.tobytes()

    def __bool__(self) -> bool:
        return bool(self.counts.any())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spread) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def total(self) -> int:
        """How many values there are."""
        return int(self.counts.sum())

    def items(self) -> Iterator[tuple[int, int]]:
        """Buckets that hold values, in order, and how many."""
        (buckets,) = self.counts.nonzero()
        return zip(buckets.tolist(), self.counts[buckets].tolist(), strict=True)

    def greatest(self) -> int:
        """The bucket of the greatest value; −1 where there is none."""
        (buckets,) = self.counts.nonzero()
        return int(buckets[-1]) if buckets.size else -1

    def percentile(self, share: float) -> float | None:
        """The value below which `share` (0 to 1) of the values lie; None where there are none.

        By the nearest rank: the first bucket with at least ⌈share · n⌉ values up to its end.
        """
        passed = self.counts.cumsum()
        if not passed.size or not passed[-1]:
            return None
        rank = max(1, math.ceil(share * int(passed[-1])))
        return middle_of(int(passed.searchsorted(rank)))

    def bucket_of_rank(self, rank: int) -> int:
        """The bucket of the rank-th greatest value, or of the least where there are fewer.

        Raises ValueError where there is none at all.
        """
        if not self:
            raise ValueError("There are no values.")
        passed = self.counts.cumsum()
        whole = int(passed[-1])
        return int(passed.searchsorted(max(1, whole - rank + 1)))


def together(spreads: Iterable[Spread]) -> Spread:
    """All values of these."""
    every = list(spreads)
    counts = np.zeros(max((one.counts.size for one in every), default=0), np.int64)
    for one in every:
        counts[: one.counts.size] += one.counts
    return Spread(counts)


def at_hours(kept: Sequence[bytes], hours: Sequence[int]) -> list[bytes]:
    """Each of these histograms as it stands in a day's, given its UTC hour."""
    pieces = np.frombuffer(b"".join(kept), PIECE).copy()
    sizes = [len(one) // PIECE.itemsize for one in kept]
    pieces["bucket"] |= np.repeat(np.array(hours, np.uint16) << HOUR_BITS, sizes)
    whole, ends = pieces.tobytes(), list(accumulate((len(one) for one in kept), initial=0))
    return [whole[start:end] for start, end in pairwise(ends)]


def placed(kept: Sequence[bytes], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many values lie in each bucket of each of `count` places: a row a place.

    `places` has for each histogram the place of each of the 24 hours, −1 for none; one of a single
    hour, or of a week, has hour 0 and the same place 24 times.
    """
    pieces = np.frombuffer(b"".join(kept), PIECE)
    sizes = [len(one) // PIECE.itemsize for one in kept]
    numbers, weights = pieces["bucket"].astype(np.int32), pieces["count"].astype(np.float64)
    rows = np.repeat(np.arange(len(kept)) * places.shape[1], sizes)
    # What is of no place is counted in one more, which is then left out.
    starts = (np.where(places < 0, count, places) * BUCKETS).ravel()
    cells = starts[rows + (numbers >> HOUR_BITS)] + (numbers & (BUCKETS - 1))
    counts = np.bincount(cells, weights=weights, minlength=(count + 1) * BUCKETS)
    return counts[: count * BUCKETS].astype(np.int64).reshape(count, BUCKETS)
