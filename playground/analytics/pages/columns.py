"""The columns that several tables share, each with its definition."""

from collections.abc import Mapping

from playground.analytics.buckets import Spread
from playground.analytics.figures import Sums, ms
from playground.analytics.tables import Cell, Column

TTFT_TIP = (
    "Engine time to first token: from the request's arrival at the engine to its first token."
)
TPOT_TIP = (
    "Time per output token after the first: (last token − first token) ÷ (output tokens − 1)."
)
ERRORS_TIP = "Failed and interrupted requests, as a share of all that ended."
REQUESTS_TIP = "Answers that ended in this range: done, stopped, interrupted or failed."

COUNTED = (
    Column("requests", "Requests", "count", REQUESTS_TIP),
    Column("error_rate", "Errors", "share", ERRORS_TIP),
    Column("prompt_tokens", "Prompt tokens"),
    Column("cached_share", "Cached", "share", "Prompt tokens that the cache held, of all of them."),
    Column("output_tokens", "Output tokens"),
)
TIMED = (
    Column("ttft_p50", "TTFT p50", "ms", TTFT_TIP),
    Column("ttft_p95", "TTFT p95", "ms", TTFT_TIP),
    Column("tpot_p50", "TPOT p50", "ms", TPOT_TIP),
    Column("tpot_p95", "TPOT p95", "ms", TPOT_TIP),
)


def counted(sums: Sums) -> tuple[Cell, ...]:
    """The cells of COUNTED."""
    return (
        sums.requests,
        sums.error_rate,
        sums.prompt_tokens,
        sums.cached_share,
        sums.output_tokens,
    )


def timed(spread_of: Mapping[str, Spread]) -> tuple[Cell, ...]:
    """The cells of TIMED, from the spreads of TTFT and TPOT."""
    return tuple(ms(spread_of[metric], part) for metric in ("ttft", "tpot") for part in (0.5, 0.95))
