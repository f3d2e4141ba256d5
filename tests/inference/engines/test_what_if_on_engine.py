"""What the what-if view says of an answer, held against really sampling it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.analysis.what_if import Filters, WhatIf, what_if_all
from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import SAMPLED, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
LISTED = replace(SAMPLED, max_tokens=128, logprobs=20, ignore_eos=True)
FILTERS = [
    Filters(top_k=5),
    Filters(temperature=1.6, top_k=12, top_p=0.6),
    Filters(temperature=0.7, min_p=0.2),
    Filters(temperature=1.2, top_k=20, top_p=0.9, min_p=0.05),
    Filters(temperature=0.0),
]


async def judged(engine: VLLMEngine, ran: Filters, tried: Filters, seed: int) -> list[WhatIf]:
    settings = replace(
        LISTED, temperature=ran.temperature, top_k=ran.top_k, top_p=ran.top_p, min_p=ran.min_p,
        seed=seed,
    )  # fmt: skip
    answer = await ask(engine, settings)
    return [one for one in what_if_all(answer.logprobs, tried) if one is not None]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
async def test_the_engine_draws_no_token_that_is_said_to_be_cut(
    engine: VLLMEngine, filters: Filters
) -> None:
    positions = await judged(engine, filters, filters, seed=11)
    assert len(positions) == LISTED.max_tokens
    assert [place for place, one in enumerate(positions) if one.chosen.verdict == "cut"] == []


async def test_an_unfiltered_answer_has_tokens_that_filters_would_have_cut(
    engine: VLLMEngine,
) -> None:
    positions = await judged(engine, Filters(), Filters(top_k=5), seed=11)
    assert any(one.chosen.verdict == "cut" for one in positions)


async def test_every_token_said_to_survive_is_drawn_as_often_as_said(engine: VLLMEngine) -> None:
    """The first token of many seeds: survivors and their probabilities, by a chi-square bound."""
    filters = Filters(temperature=1.0, top_k=4)
    drawn: dict[int, int] = {}
    expected: dict[int, float] = {}
    for seed in range(300):
        settings = replace(LISTED, top_k=4, max_tokens=1, seed=seed)
        answer = await ask(engine, settings)
        (position,) = what_if_all(answer.logprobs, filters)
        assert position is not None
        expected = {
            one.token_id: one.probability.low * 300
            for one in position.candidates
            if one.verdict == "kept"
        }
        drawn[answer.ids[0]] = drawn.get(answer.ids[0], 0) + 1
    assert set(drawn) == set(expected)
    off = sum((drawn[id] - many) ** 2 / many for id, many in expected.items())
    assert off < 21.1  # chi-square, 3 degrees of freedom, one in ten thousand
