"""Best of n: of several samples the one that the model itself finds likeliest, token for token.

The mean, not the sum, of the tokens' log-probabilities, so that short answers are not favored; as
in the best_of of the OpenAI completions API.
"""

import math
from collections.abc import Iterable, Sequence

from inference.engines.protocol import TokenLogprob


def mean_log_probability(choices: Iterable[TokenLogprob]) -> float | None:
    """Natural log, over the answer's tokens, of the model's own distribution: before temperature,
    penalties and filters. None where nothing was kept."""
    kept = [choice.logprob for choice in choices]
    return math.fsum(kept) / len(kept) if kept else None


def likeliest(scores: Sequence[float | None]) -> int:
    """The index of the highest score, the first of those level; 0 where there is none."""
    known = [(score, -index) for index, score in enumerate(scores) if score is not None]
    return -max(known)[1] if known else 0
