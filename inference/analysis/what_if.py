"""Who would have survived other sampling settings, without running again.

From a position's raw top-k list the filters are recomputed in vLLM's order: temperature divides the
logits, then min-p, then top-k, then top-p on what is left. What the list decides is exact; what
hangs on unseen tokens is bounded, and called undecided where the bounds don't settle it.

Penalties, bias, bad words and grammars change logits before these filters and are not in the raw
list: for a lane that uses them this shows what its filters alone would do.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from inference.analysis.log_probabilities import Interval, Seen, seen
from inference.analysis.unseen import Scale
from inference.engines.protocol import TokenLogprob

Verdict = Literal["kept", "cut", "undecided"]
Filter = Literal["temperature", "min_p", "top_k", "top_p", ""]
Judged = tuple[Verdict, Filter]
GREEDY = 1e-5
"""vLLM takes the likeliest token below this temperature."""
SLACK = 3e-5
"""Closer calls are undecided: the engine adds in float32, and what is stored is rounded."""
KEPT: Judged = ("kept", "")
NONE = Interval(0.0, 0.0)
STRICTNESS: Mapping[Verdict, int] = {"kept": 0, "undecided": 1, "cut": 2}


@dataclass(frozen=True, slots=True)
class Filters:
    """The settings that decide who may be drawn: neutral ones by default (top_k 0 keeps all)."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token: its raw probability, whether it is still in, which filter cut it (or may have), and
    with which probability it would now be drawn."""

    token_id: int
    text: str
    raw: float
    verdict: Verdict
    cut_by: Filter
    probability: Interval


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One position under other filters.

    `chosen` is the token that the answer has, also where it isn't listed; `rest` says whether any
    token that isn't listed survives; `rest_share` is what those would be drawn with together.
    """

    candidates: tuple[Candidate, ...]
    chosen: Candidate
    rest: Verdict
    rest_share: Interval

    @property
    def survivors(self) -> tuple[int, int]:
        """How many listed tokens survive, at least and at most."""
        kept = sum(one.verdict == "kept" for one in self.candidates)
        return kept, kept + sum(one.verdict == "undecided" for one in self.candidates)


def what_if(choice: TokenLogprob, filters: Filters, vocabulary: int | None = None) -> WhatIf | None:
    """The position of `choice` under `filters`; None where there is no list to go by."""
    listed = seen(choice)
    if listed is None or listed.probabilities[0] <= 0:
        return None
    if filters.temperature < GREEDY:
        return _greedy(choice, listed)
    scale = Scale(listed, filters.temperature, vocabulary)
    return _reported(choice, scale, filters, _sifted(scale, filters))


def what_if_all(
    choices: Sequence[TokenLogprob], filters: Filters, vocabulary: int | None = None
) -> list[WhatIf | None]:
    """Every position of an answer. Only up to the first chosen token that is cut could the answer
    have been the same; after it the positions say what the filters do to this text."""
    return [what_if(choice, filters, vocabulary) for choice in choices]


def first_cut(positions: Iterable[WhatIf | None]) -> int | None:
    """The first position whose chosen token these filters would surely have cut."""
    for place, position in enumerate(positions):
        if position is not None and position.chosen.verdict == "cut":
            return place
    return None


# --- the filters, in the engine's order ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sifted:
    """The verdict on each listed token, before top-p and after it; on the rest, and its weight."""

    before: list[Judged]
    judged: list[Judged]
    rest: Verdict
    weight: Interval


def _sifted(scale: Scale, filters: Filters) -> _Sifted:
    before = [
        _stricter(_min_p(weight, filters.min_p), _top_k(place, scale.weights, filters.top_k))
        for place, weight in enumerate(scale.weights)
    ]
    rest = _rest(scale, filters)
    weight = scale.rest(filters.min_p, filters.top_k) if rest != "cut" else NONE
    if filters.top_p >= 1:
        return _Sifted(before, before, rest, weight)
    judged = list(before)
    total = _total(scale, before, weight)
    tied = scale.tied
    least = most = surely = 0.0  # the weight of all better tokens; of those better than the rest
    for ties in _ties(scale.weights):
        kept = maybe = 0.0
        for place in ties:
            kept += scale.weights[place] if before[place][0] == "kept" else 0.0
            maybe += scale.weights[place] if before[place][0] != "cut" else 0.0
        unlisted = tied if ties[-1] == len(before) - 1 else 0.0
        for place in ties if ties[-1] or unlisted else ():  # the likeliest stays, if it is one
            if before[place][0] != "cut":
                others = maybe - scale.weights[place] + unlisted
                by_top_p = _top_p(least, most + others, total, filters.top_p)
                judged[place] = _stricter(before[place], (by_top_p, "top_p"))
        least += kept
        most += maybe
        surely += 0.0 if unlisted else kept
    if rest != "cut":
        rest = _stricter((rest, ""), (_top_p(surely, most, total, filters.top_p), ""))[0]
    return _Sifted(before, judged, rest, Interval(0.0, weight.high if rest != "cut" else 0.0))


def _ties(weights: Sequence[float]) -> Iterable[range]:
    """The places of the sorted weights, those together that the engine may sort either way."""
    start = 0
    for place in range(1, len(weights)):
        if weights[place] < weights[place - 1] * (1 - SLACK):
            yield range(start, place)
            start = place
    yield range(start, len(weights))


def _min_p(weight: float, min_p: float) -> Judged:
    """Out is whose probability is below min_p times the likeliest one's."""
    if min_p <= 0 or weight > min_p * (1 + SLACK):
        return KEPT
    return "cut" if weight < min_p * (1 - SLACK) else "undecided", "min_p"


def _top_k(place: int, weights: Sequence[float], top_k: int) -> Judged:
    """Out is who is less likely than the k-th; one who is as likely stays."""
    if not 0 < top_k <= place:
        return KEPT
    return "undecided" if _is_tied(weights[place], weights, top_k) else "cut", "top_k"


def _is_tied(weight: float, weights: Sequence[float], top_k: int) -> bool:
    """Whether it may be as likely as the k-th of the list."""
    return weight > weights[top_k - 1] * (1 - SLACK)


def _top_p(least: float, most: float, total: Interval, top_p: float) -> Verdict:
    """In is who has less than top_p of the mass before it: that keeps the smallest set whose mass
    reaches top_p, and always the likeliest token."""
    if most < (top_p - SLACK) * total.low:
        return "kept"
    return "cut" if least > (top_p + SLACK) * total.high else "undecided"


def _rest(scale: Scale, filters: Filters) -> Verdict:
    """Whether any unlisted token survives min-p and top-k. Where the k-th is as likely as the last
    that is listed, so may unlisted ones be: models in bfloat16 have many such ties."""
    if scale.others == 0 or scale.weights[-1] <= 0:
        return "cut"
    if 0 < filters.top_k <= len(scale.weights):
        tied = _is_tied(scale.weights[-1], scale.weights, filters.top_k)
        if not (tied and scale.tied) or _min_p(scale.weights[-1], filters.min_p)[0] == "cut":
            return "cut"
        return "undecided"
    if filters.min_p <= 0:
        return "undecided" if scale.maybe_none else "kept"
    likeliest = min(scale.weights[-1], scale.heaviest)
    return "cut" if likeliest < filters.min_p * (1 - SLACK) else "undecided"


def _stricter(first: Judged, second: Judged) -> Judged:
    return second if STRICTNESS[second[0]] > STRICTNESS[first[0]] else first


def _total(scale: Scale, judged: Sequence[Judged], rest: Interval) -> Interval:
    """What the survivors weigh together."""
    low, high = rest.low, rest.high
    for weight, (verdict, _) in zip(scale.weights, judged, strict=True):
        if verdict != "cut":
            high += weight
        if verdict == "kept":
            low += weight
    return Interval(low, high)


# --- what is reported ----------------------------------------------------------------------------


def _reported(choice: TokenLogprob, scale: Scale, filters: Filters, sifted: _Sifted) -> WhatIf:
    listed = scale.listed
    total = _total(scale, sifted.judged, sifted.weight)
    candidates = tuple(
        Candidate(id, text, raw, *verdict, _share(weight, verdict[0], total))
        for id, text, raw, weight, verdict in zip(
            listed.ids,
            listed.texts,
            listed.probabilities,
            scale.weights,
            sifted.judged,
            strict=True,
        )
    )
    alone = _total(scale, sifted.judged, NONE)
    share = Interval(_part(sifted.weight.low, alone.high), _part(sifted.weight.high, alone.low))
    chosen = next((one for one in candidates if one.token_id == choice.token_id), None)
    if chosen is None:
        chosen = _unlisted(choice, scale, filters, sifted)
    return WhatIf(candidates, chosen, sifted.rest, share)


def _share(weight: float, verdict: Verdict, total: Interval) -> Interval:
    if verdict == "cut":
        return NONE
    if verdict == "undecided":
        return Interval(0.0, _part(weight, total.low))
    return Interval(weight / total.high, min(1.0, weight / total.low))


def _part(weight: float, others: float) -> float:
    """weight / (weight + others), also where the weight has no bound."""
    if math.isinf(weight):
        return 1.0
    return weight / (weight + others) if weight else 0.0


def _unlisted(choice: TokenLogprob, scale: Scale, filters: Filters, sifted: _Sifted) -> Candidate:
    """A chosen token outside the list: its probability and rank are known, and so is that the
    tokens between the list and it are no likelier than the last listed and no less than itself."""
    weight = scale.weight_of(choice.logprob)
    verdict = _min_p(weight, filters.min_p)
    if 0 < filters.top_k < choice.rank:
        within = filters.top_k <= len(scale.weights)
        tied = within and _is_tied(weight, scale.weights, filters.top_k)
        verdict = _stricter(verdict, ("undecided" if tied else "cut", "top_k"))
    if filters.top_p < 1 and verdict[0] != "cut":
        better = _better(choice, weight, scale, sifted.before)
        total = _total(scale, sifted.before, scale.rest(filters.min_p, filters.top_k))
        verdict = _stricter(
            verdict, (_top_p(better.low, better.high, total, filters.top_p), "top_p")
        )
    probability = _share(weight, verdict[0], _total(scale, sifted.judged, sifted.weight))
    return Candidate(choice.token_id, choice.text, math.exp(choice.logprob), *verdict, probability)


def _better(
    choice: TokenLogprob, weight: float, scale: Scale, judged: Sequence[Judged]
) -> Interval:
    """What the tokens weigh that come before a chosen one outside the list."""
    tied = scale.tied
    if tied and _is_tied(weight, scale.weights, len(scale.weights)):
        surely = sum(
            other
            for other, (verdict, _) in zip(scale.weights, judged, strict=True)
            if verdict == "kept" and weight < other * (1 - SLACK)
        )
        return Interval(surely, _total(scale, judged, NONE).high + tied)
    between = max(0, choice.rank - 1 - len(scale.weights))
    return _total(scale, judged, Interval(between * weight, between * scale.weights[-1]))


def _greedy(choice: TokenLogprob, listed: Seen) -> WhatIf:
    """Temperature 0 takes the likeliest token; of several as likely ones, any."""
    ties = sum(p > listed.probabilities[0] * (1 - SLACK) for p in listed.probabilities)
    candidates = tuple(
        Candidate(id, text, raw, *_greedily(place, ties), _greedy_share(place, ties))
        for place, (id, text, raw) in enumerate(
            zip(listed.ids, listed.texts, listed.probabilities, strict=True)
        )
    )
    raw = math.exp(choice.logprob)
    outside = Candidate(choice.token_id, choice.text, raw, "cut", "temperature", NONE)
    chosen = next((one for one in candidates if one.token_id == choice.token_id), outside)
    return WhatIf(candidates, chosen, "cut", NONE)


def _greedily(place: int, ties: int) -> Judged:
    if place >= ties:
        return "cut", "temperature"
    return KEPT if ties == 1 else ("undecided", "temperature")


def _greedy_share(place: int, ties: int) -> Interval:
    if place >= ties:
        return NONE
    return Interval(1.0 if ties == 1 else 0.0, 1.0)
