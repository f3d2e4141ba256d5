"""Speculation changes how fast answers come, never which: its draws are those of the base engine.

Two samples, one from each engine, are compared token by token of the answer with a chi-square
test. The same seeds are never used twice, so that the samples are independent. Answers are made of
a few words that the prompt holds in every order, so that n-grams always have something to guess.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from inference.engines.protocol import InvalidRequest, SamplingSettings
from inference.engines.vllm import VLLMEngine
from inference.profiles import SPECULATIVE_CONTROLS, Profile, Speculation
from tests.inference.engines.answers import GREEDY, Answer, ask
from tests.inference.engines.distributions import at, draws, p_value

pytestmark = [
    pytest.mark.engine,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="session"),
]

WORDS = ("one", "two", "three", "four", "five")
PROMPT = " ".join(f"{one} {other}" for one in WORDS for other in WORDS)
COUNT = 600
PLACES = range(1, 5)
LEAST_P = 1e-4
"""With right draws, one of the 32 comparisons of a run falls below in one run of 300."""

SAMPLED = replace(GREEDY, max_tokens=5)
SETTINGS = {
    "top-p": replace(SAMPLED, temperature=0.8, top_p=0.8),
    "top-k": replace(SAMPLED, temperature=1.0, top_k=4),
    "top-k and top-p": replace(SAMPLED, temperature=1.3, top_k=6, top_p=0.9),
    "penalties": replace(
        SAMPLED, temperature=0.8, repetition_penalty=1.3, frequency_penalty=0.4, min_tokens=5
    ),
}


@dataclass(frozen=True)
class Method:
    """A way to guess, and what makes its guesses hold often enough to be worth a test: few words
    to choose among for n-grams, a low temperature for a draft model that guesses greedily."""

    speculation: Speculation
    words: tuple[str, ...] = ()
    heat: float = 1.0

    def tuned(self, settings: SamplingSettings) -> SamplingSettings:
        temperature = settings.temperature * self.heat
        return replace(settings, temperature=temperature, allowed_words=self.words)


@dataclass
class Guessing:
    """An engine that guesses, and how."""

    engine: VLLMEngine
    method: Method


NGRAM = {"prompt_lookup_max": 3, "prompt_lookup_min": 1}
METHODS = {
    "ngram": Method(Speculation("ngram", 3, "", NGRAM), words=WORDS),
    "draft_model": Method(Speculation("draft_model", 3, "the model itself"), heat=0.5),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=METHODS)
async def guessing(
    request: pytest.FixtureRequest, tiny_profile: Profile
) -> AsyncIterator[Guessing]:
    """The tiny model guessing by n-grams, and with itself as the draft model."""
    method = METHODS[request.param]
    speculation = method.speculation
    if speculation.model:
        speculation = replace(speculation, model=tiny_profile.model)
    built = VLLMEngine(
        replace(tiny_profile, controls=SPECULATIVE_CONTROLS, speculation=speculation)
    )
    await built.start()
    yield Guessing(built, method)
    await built.stop()


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
async def test_it_draws_from_the_same_distribution(
    engine: VLLMEngine, guessing: Guessing, settings: SamplingSettings
) -> None:
    settings = guessing.method.tuned(settings)
    base = await draws(engine, settings, PROMPT, COUNT, first_seed=0)
    guessed = await draws(guessing.engine, settings, PROMPT, COUNT, first_seed=COUNT)
    made = [answer.end.speculated for answer in guessed]
    assert sum(sum(one.drafted) for one in made) > COUNT
    assert sum(sum(one.accepted) for one in made) > COUNT / 20
    found = {place: p_value(at(base, place), at(guessed, place)) for place in PLACES}
    assert min(found.values()) > LEAST_P, found


async def test_it_answers_greedily_as_the_base_does(engine: VLLMEngine, guessing: Guessing) -> None:
    for prompt in (PROMPT, "A lantern was lost in the forest.", "one two three " * 20):
        assert (await ask(guessing.engine, GREEDY, prompt)).ids == (
            await ask(engine, GREEDY, prompt)
        ).ids


async def test_it_keeps_greedy_and_sampled_requests_of_one_batch_apart(
    engine: VLLMEngine, guessing: Guessing
) -> None:
    alone = await ask(engine, GREEDY, PROMPT)
    crowd = draws(guessing.engine, replace(SAMPLED, temperature=1.0), PROMPT, 20, first_seed=0)
    beside, crowded = await asyncio.gather(ask(guessing.engine, GREEDY, PROMPT), crowd)
    assert beside.ids == alone.ids
    assert len({answer.ids for answer in crowded}) > 10


async def test_it_repeats_a_seeded_answer(guessing: Guessing) -> None:
    settings = replace(SAMPLED, temperature=0.8, seed=7, max_tokens=24)
    first, second = [await ask(guessing.engine, settings, PROMPT) for _ in range(2)]
    assert first.ids == second.ids


HOT = replace(SAMPLED, temperature=1.5, max_tokens=16)


def has_any(answer: Answer, forms: list[list[int]]) -> bool:
    """Whether the tokens of any form stand in it: its letters may also come otherwise."""
    found = {answer.ids[at : at + len(form)] for form in forms for at in range(len(answer.ids))}
    return any(tuple(form) in found for form in forms)


async def test_it_keeps_to_words_and_forms(guessing: Guessing) -> None:
    only = await draws(guessing.engine, replace(HOT, allowed_words=WORDS), PROMPT, 10, 0)
    assert all(set(answer.text.replace(" ", "")) <= set("".join(WORDS)) for answer in only)
    assert guessing.engine._prompt is not None
    forms = guessing.engine._prompt.vocabulary.sequences(("two", "five"))
    banned = replace(HOT, allowed_words=WORDS, bad_words=("two", "five"))
    without = await draws(guessing.engine, banned, PROMPT, 10, 0)
    assert any(has_any(answer, forms) for answer in only)
    assert not any(has_any(answer, forms) for answer in without)
    chosen = replace(
        HOT, structure="choice", structure_text="one two three\nfour", ignore_eos=False
    )
    formed = await draws(guessing.engine, chosen, PROMPT, 10, 0)
    assert {answer.text for answer in formed} <= {"one two three", "four"}


async def test_it_tells_how_many_guesses_each_step_kept(guessing: Guessing) -> None:
    answer = await ask(guessing.engine, replace(GREEDY, max_tokens=40), PROMPT)
    made = answer.end.speculated
    assert made is not None
    assert len(made.drafted) == len(made.accepted) > 0
    assert all(
        0 <= kept <= guessed <= 3 for kept, guessed in zip(made.accepted, made.drafted, strict=True)
    )
    steps = [len(delta.token_ids) for delta in answer.deltas]
    assert sum(steps) == answer.end.output_tokens == 40
    assert max(steps) > 1


async def test_it_says_nothing_of_guesses_without_speculation(engine: VLLMEngine) -> None:
    assert (await ask(engine)).end.speculated is None


@pytest.mark.parametrize("refused", [{"min_p": 0.1}, {"logit_bias": ("#5 = 1",)}])
async def test_its_profiles_leave_out_what_vllm_refuses(
    guessing: Guessing, refused: dict[str, object]
) -> None:
    assert not refused.keys() & SPECULATIVE_CONTROLS
    with pytest.raises(InvalidRequest, match="speculative decoding"):
        await ask(guessing.engine, replace(SAMPLED, temperature=1.0, **refused))
