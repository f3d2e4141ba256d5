"""One stored answer as its tokens: what the workbench colors, and the alternatives it lists."""

from collections.abc import Sequence
from typing import Any

from inference.analysis.entropy import entropy
from inference.analysis.log_probabilities import seen
from inference.engines.protocol import TokenLogprob
from inference.marks import known
from inference.models import Generation
from inference.profiles import profiles
from playground.compare.beginnings import given_of
from playground.compare.forking import note_of, why_not
from playground.compare.insight.lanes import InsightLane
from playground.compare.models import Lane

AT_ONCE = 64
"""So many tokens' alternatives are sent at a time: 4,096 tokens' are over a megabyte."""


def tokens_of(lane: Lane, row: Generation) -> dict[str, Any]:
    """For JSON. Each token is [text, id, log-probability, rank, entropy at least, at most], the
    entropies in bits; null is what is not known. `refusal` says why no fork can be made."""
    answer = InsightLane(letter="", profile="", row=row)
    vocabulary = answer.vocabulary
    refusal = why_not(profiles().get(row.profile), lane.settings)
    return {
        "generation": row.pk,
        "given": given_of(row.beginning_ids, row.beginning_text),
        "tokens": [_token(choice, vocabulary) for choice in answer.choices],
        "alternatives": max((len(choice.top) for choice in answer.choices), default=0),
        "at_once": AT_ONCE,
        "refusal": refusal,
        "note": note_of(lane.settings),
    }


def alternatives_of(row: Generation, start: int) -> dict[str, Any]:
    """For JSON: of the tokens from number `start` (0 the first) on, at most AT_ONCE, each one's
    likeliest as [text, id, log-probability], the likeliest first."""
    choices = InsightLane(letter="", profile="", row=row).choices[start : start + AT_ONCE]
    return {"start": start, "alternatives": [_listed(choice) for choice in choices]}


def _token(choice: TokenLogprob, vocabulary: int | None) -> Sequence[Any]:
    listed = seen(choice)
    spread = entropy(listed, vocabulary) if listed else None
    return (
        choice.text,
        choice.token_id,
        known(choice.logprob),
        choice.rank,
        known(spread.low) if spread else None,
        known(spread.high) if spread else None,
    )


def _listed(choice: TokenLogprob) -> list[Sequence[Any]]:
    return [(text, id, known(logprob)) for id, text, logprob in choice.top]
