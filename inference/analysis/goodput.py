"""Which share of stored answers met limits on their times: recomputed for any limits at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIGURES = ("ttft_ms", "tpot_ms", "e2e_ms")


@dataclass(frozen=True, slots=True)
class Limits:
    """In ms; None sets no limit."""

    ttft_ms: float | None = None
    tpot_ms: float | None = None
    e2e_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Goodput:
    """`good` of `total` answers met every limit; `per_second` over the time given, None without."""

    good: int
    total: int
    per_second: float | None

    @property
    def share(self) -> float | None:
        return self.good / self.total if self.total else None


class Answers:
    """Stored answers as columns, so that a moved slider costs one comparison per limit.

    Each row holds `ttft_ms`, `tpot_ms`, `e2e_ms` and `done`. As in `vllm bench serve`, a TPOT that
    is undefined (one token) meets every limit. An answer that failed, or whose TTFT or E2E isn't
    known, meets none; `vllm bench serve` leaves failed ones out, here they are in the total.
    """

    def __init__(self, rows: Sequence[Mapping[str, float | bool | None]]) -> None:
        self._done = np.array([bool(row["done"]) for row in rows], dtype=bool)
        self._columns: dict[str, NDArray[np.float64]] = {
            name: np.array([_value(row[name], name) for row in rows], dtype=np.float64)
            for name in FIGURES
        }

    def goodput(self, limits: Limits, seconds: float | None = None) -> Goodput:
        """How many meet `limits` (a value equal to its limit does)."""
        good = int(self._met(limits).sum())
        return Goodput(good, self._done.size, good / seconds if seconds else None)

    def curve(self, name: str, limits: Limits, values: Sequence[float]) -> list[float]:
        """The share that is good as the limit on `name` moves over `values`, the others fixed."""
        fixed = self._met(
            Limits(**{key: getattr(limits, key) if key != name else None for key in FIGURES})
        )
        ordered = np.sort(self._columns[name][fixed])
        total = self._done.size or 1
        return [float(count) / total for count in np.searchsorted(ordered, values, side="right")]

    def _met(self, limits: Limits) -> NDArray[np.bool_]:
        met = self._done.copy()
        for name in FIGURES:
            limit = getattr(limits, name)
            if limit is not None:
                met &= self._columns[name] <= limit
        return met


def _value(stored: float | bool | None, name: str) -> float:
    if stored is None:
        return 0.0 if name == "tpot_ms" else np.inf
    return float(stored)
