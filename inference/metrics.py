"""Every figure of a generation, each from one definition.

Raw durations are stored; what can be derived is derived here, so that a page, the API and a
report cannot disagree. Definitions follow `vllm bench serve` where it has one.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inference.models import Generation


def milliseconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1000


def percentile(values: Sequence[float], share: float) -> float | None:
    """The `share` (0 to 1) quantile by linear interpolation, as NumPy's default; None if empty."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def tpot_ms(e2e_us: int | None, ttft_us: int | None, tokens: int | None) -> float | None:
    """Time per output token in ms: (E2E − TTFT) / (n − 1), undefined for n ≤ 1."""
    if e2e_us is None or ttft_us is None or not tokens or tokens <= 1:
        return None
    return (e2e_us - ttft_us) / (tokens - 1) / 1000


def per_second(count: int | None, microseconds: int | None) -> float | None:
    """A rate, or None where nothing was counted or no time passed."""
    if count is None or not microseconds:
        return None
    return count * 1_000_000 / microseconds


def acceptance_length(accepted: Sequence[int] | None) -> float | None:
    """Tokens that a step which checks guesses brings on average: those it keeps, and one more."""
    return 1 + sum(accepted) / len(accepted) if accepted else None


def perplexity(logprobs: Sequence[float] | None) -> float | None:
    """exp of the mean negative log probability; at most 1e12, so that it stays a number."""
    if not logprobs:
        return None
    return min(math.exp(min(-math.fsum(logprobs) / len(logprobs), 50.0)), 1e12)


def figures(row: "Generation") -> dict[str, Any]:
    """The figures of one generation: durations in ms, rates per second, None where unknown.

    TPOT takes both ends from the engine (TTFT and TTFT + decode), so that no difference between
    two processes' clocks enters. ITL pools the gaps between engine steps.
    """
    gaps_ms = [gap / 1000 for gap in row.gaps_us or ()]
    engine_e2e = None
    if row.ttft_us is not None and row.decode_us is not None:
        engine_e2e = row.ttft_us + row.decode_us
    uncached = None
    if row.prompt_tokens is not None:
        uncached = row.prompt_tokens - (row.cached_tokens or 0)
    return {
        "prompt_tokens": row.prompt_tokens,
        "cached_tokens": row.cached_tokens,
        "output_tokens": row.output_tokens,
        "dispatch_ms": milliseconds(row.dispatch_us),
        "queue_ms": milliseconds(row.queue_us),
        "prefill_ms": milliseconds(row.prefill_us),
        "decode_ms": milliseconds(row.decode_us),
        "ttft_ms": milliseconds(row.ttft_us),
        "client_ttft_ms": milliseconds(row.client_ttft_us),
        "tpot_ms": tpot_ms(engine_e2e, row.ttft_us, row.output_tokens),
        "itl_p50_ms": percentile(gaps_ms, 0.50),
        "itl_p95_ms": percentile(gaps_ms, 0.95),
        "itl_p99_ms": percentile(gaps_ms, 0.99),
        "e2e_ms": milliseconds(row.e2e_us),
        "tokens_per_second": per_second(
            row.output_tokens - 1 if row.output_tokens else None, row.decode_us
        ),
        "prefill_tokens_per_second": per_second(uncached, row.prefill_us),
        "cached_share": (
            (row.cached_tokens or 0) / row.prompt_tokens if row.prompt_tokens else None
        ),
        "drafted_tokens": row.drafted_tokens,
        "accepted_tokens": row.accepted_tokens,
        "acceptance_length": acceptance_length(row.accepted_steps),
        "prompt_perplexity": perplexity(row.scored_logprobs),
        "beside_others": (row.load_running or 0) + (row.load_waiting or 0) or None,
        "seed": row.seed,
        "finish_reason": row.finish_reason or None,
        "engine": row.engine,
        "engine_version": row.engine_version,
        "model": row.model,
        "model_revision": row.model_revision,
    }
