"""What the engines say of themselves at this moment, read from the figures that workers publish.

Definitions are vLLM's own, as its `/metrics` names them; shares are since the engine started.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inference.exporting import Family

KV_USE = "vllm:kv_cache_usage_perc"
WAITING = "vllm:num_requests_waiting"
PREFIX_HITS, PREFIX_ASKED = "vllm:prefix_cache_hits_total", "vllm:prefix_cache_queries_total"
ACCEPTED = "vllm:spec_decode_num_accepted_tokens_total"
DRAFTED = "vllm:spec_decode_num_draft_tokens_total"
DRAFTS = "vllm:spec_decode_num_drafts_total"
NAMES = frozenset({KV_USE, WAITING, PREFIX_HITS, PREFIX_ASKED, ACCEPTED, DRAFTED, DRAFTS})


@dataclass(frozen=True, slots=True)
class Live:
    """Shares from 0 to 1, None where there is nothing to divide by yet.

    `kv_use` is of the KV cache that is taken now; `prefix_hits` of prompt tokens that were found
    cached; `acceptance` of guessed tokens that were kept; `acceptance_length` how many tokens a
    step with a guess brought, on average.
    """

    waiting: int = 0
    kv_use: float | None = None
    prefix_hits: float | None = None
    acceptance: float | None = None
    acceptance_length: float | None = None


def live_of(workers: Sequence[Iterable[Family]]) -> Live:
    """One engine's figures, over all its workers."""
    sums: dict[str, float] = {}
    for families in workers:
        for name, value in _samples(families):
            sums[name] = sums.get(name, 0.0) + value
    bonus = _share(sums, ACCEPTED, DRAFTS)
    return Live(
        waiting=round(sums.get(WAITING, 0)),
        kv_use=sums[KV_USE] / len(workers) if KV_USE in sums else None,
        prefix_hits=_share(sums, PREFIX_HITS, PREFIX_ASKED),
        acceptance=_share(sums, ACCEPTED, DRAFTED),
        acceptance_length=None if bonus is None else 1 + bonus,
    )


def _samples(families: Iterable[Family]) -> Iterable[tuple[str, float]]:
    for family in families:
        for name, _, value in family.samples:
            if name in NAMES:
                yield name, value


def _share(sums: Mapping[str, float], part: str, whole: str) -> float | None:
    return sums.get(part, 0.0) / sums[whole] if sums.get(whole) else None
