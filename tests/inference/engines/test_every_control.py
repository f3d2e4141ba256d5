"""Each control does what it says: for every one a test that fails if the engine ignored it.

On the random model's flat distributions a setting that has any effect shows it within a few tokens.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest

from inference.engines.protocol import InvalidRequest, TokenLogprob
from inference.engines.vllm import VLLMEngine
from inference.profiles import VLLM_CONTROLS, Profile
from tests.inference.decoding import references
from tests.inference.engines.answers import GREEDY, PROMPT, SAMPLED, Answer, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
TESTED_ELSEWHERE = {"score_prompt"}
SEEN = replace(SAMPLED, logprobs=20, max_tokens=40)


async def several(engine: VLLMEngine, *settings: Any) -> list[Answer]:
    """The answers to one prompt under each of these, asked together."""
    return await asyncio.gather(*(ask(engine, each) for each in settings))


def above(choice: TokenLogprob) -> float:
    """The probability of all tokens that are likelier than the chosen one."""
    return sum(math.exp(log) for _, _, log in choice.top if log > choice.logprob)


def distinct(answer: Answer) -> int:
    return len(set(answer.ids))


async def test_it_has_a_test_for_every_control() -> None:
    tested = {name.removeprefix("test_it_keeps_to_") for name in globals() if "keeps_to" in name}
    assert tested == VLLM_CONTROLS - TESTED_ELSEWHERE


async def test_it_keeps_to_temperature(engine: VLLMEngine) -> None:
    greedy, cold, hot = await several(
        engine, GREEDY, replace(SEEN, temperature=0.01), replace(SEEN, temperature=2.0)
    )
    assert cold.ids[0] == greedy.ids[0]
    assert min(choice.logprob - choice.top[0][2] for choice in cold.logprobs) > -0.2
    assert max(choice.rank for choice in hot.logprobs) > 5


async def test_it_keeps_to_top_p(engine: VLLMEngine) -> None:
    kept, free = await several(engine, replace(SEEN, top_p=0.2), SEEN)
    assert all(above(choice) <= 0.2 for choice in kept.logprobs)
    assert any(above(choice) > 0.2 for choice in free.logprobs)


async def test_it_keeps_to_top_k(engine: VLLMEngine) -> None:
    kept, free = await several(engine, replace(SEEN, top_k=3), SEEN)
    assert {choice.rank for choice in kept.logprobs} == {1, 2, 3}
    assert max(choice.rank for choice in free.logprobs) > 3


async def test_it_keeps_to_min_p(engine: VLLMEngine) -> None:
    def shares(answer: Answer) -> list[float]:
        return [math.exp(choice.logprob - choice.top[0][2]) for choice in answer.logprobs]

    kept, free = await several(engine, replace(SEEN, min_p=0.5), SEEN)
    assert min(shares(kept)) >= 0.5 > min(shares(free))


async def test_it_keeps_to_seed(engine: VLLMEngine) -> None:
    first, again, other = await several(
        engine, replace(SAMPLED, seed=1), replace(SAMPLED, seed=1), replace(SAMPLED, seed=2)
    )
    assert first.ids == again.ids != other.ids


@pytest.mark.parametrize(
    ("name", "value"),
    [("repetition_penalty", 2.0), ("presence_penalty", 2.0), ("frequency_penalty", 2.0)],
)
async def test_it_repeats_less_under_a_penalty(engine: VLLMEngine, name: str, value: float) -> None:
    free, fined = await several(
        engine, *(replace(GREEDY, max_tokens=80, **more) for more in ({}, {name: value}))
    )
    assert distinct(fined) > distinct(free)


async def test_it_keeps_to_repetition_penalty(engine: VLLMEngine) -> None:
    """It alone also counts what the prompt holds."""
    strong = replace(GREEDY, repetition_penalty=2.0, max_tokens=1, logprobs=1)
    plain = (await ask(engine, replace(strong, repetition_penalty=1.0))).logprobs[0]
    held = await ask(engine, strong, PROMPT + plain.text * 3)
    assert plain.token_id not in held.ids


async def test_it_keeps_to_presence_penalty(engine: VLLMEngine) -> None:
    """Once a token is there, its logit is 2 lower: it comes again where it leads by more alone."""
    answer = await ask(engine, replace(SEEN, temperature=0, presence_penalty=2.0))
    held: set[int] = set()
    for choice in answer.logprobs:
        lowered = [log - 2 * (token in held) for token, _, log in choice.top]
        assert choice.top[lowered.index(max(lowered))][0] == choice.token_id
        held.add(choice.token_id)


async def test_it_keeps_to_frequency_penalty(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(SEEN, temperature=0, frequency_penalty=1.0))
    held: list[int] = []
    for choice in answer.logprobs:
        lowered = [log - held.count(token) for token, _, log in choice.top]
        assert choice.top[lowered.index(max(lowered))][0] == choice.token_id
        held.append(choice.token_id)


async def test_it_keeps_to_max_tokens(engine: VLLMEngine) -> None:
    answers = await several(engine, *(replace(GREEDY, max_tokens=n) for n in (1, 7, 30)))
    assert [len(answer.ids) for answer in answers] == [1, 7, 30]


ENDS_AT_ONCE = replace(GREEDY, logit_bias=("#1 = 100",), ignore_eos=False)


async def test_it_keeps_to_min_tokens(engine: VLLMEngine) -> None:
    at_once, later = await several(engine, ENDS_AT_ONCE, replace(ENDS_AT_ONCE, min_tokens=9))
    assert (at_once.end.output_tokens, later.end.output_tokens) == (1, 10)


async def test_it_keeps_to_ignore_eos(engine: VLLMEngine) -> None:
    ended, ignored = await several(engine, ENDS_AT_ONCE, replace(ENDS_AT_ONCE, ignore_eos=True))
    assert (ended.end.finish_reason, ignored.end.finish_reason) == ("stop", "length")


async def test_it_keeps_to_stop(engine: VLLMEngine) -> None:
    whole = (await ask(engine)).text
    answer = await ask(engine, replace(GREEDY, stop=(whole[8:11],)))
    assert answer.text == whole[: whole.index(whole[8:11])]


async def test_it_keeps_to_logprobs(engine: VLLMEngine) -> None:
    none, some = await several(engine, GREEDY, replace(GREEDY, logprobs=4))
    assert (len(none.logprobs), len(some.logprobs)) == (0, 24)
    assert {len(choice.top) for choice in some.logprobs} == {4}


async def test_it_keeps_to_logit_bias(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(SAMPLED, logit_bias=("#77 = 100",)))
    assert set(answer.ids) == {77}
    first = (await ask(engine)).ids[0]
    assert (await ask(engine, replace(GREEDY, logit_bias=(f"#{first} = -100",)))).ids[0] != first


async def test_it_biases_a_text_that_is_one_token(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(SAMPLED, logit_bias=("fox = 100",)))
    assert set(answer.text.replace(" ", "")) <= set("fox")
    assert "fox" in answer.text


@pytest.mark.parametrize(
    ("bias", "words"), [("zebra = 1", "tokens in this model"), ("#9999 = 1", "there is no token")]
)
async def test_it_refuses_a_bias_for_no_single_token(
    engine: VLLMEngine, bias: str, words: str
) -> None:
    with pytest.raises(InvalidRequest, match=words):
        await ask(engine, replace(GREEDY, logit_bias=(bias,)))


async def test_it_keeps_to_bad_words(engine: VLLMEngine) -> None:
    lured = replace(SAMPLED, logit_bias=("fox = 100",))
    assert "fox" in (await ask(engine, lured)).text
    assert "fox" not in (await ask(engine, replace(lured, bad_words=("fox",)))).text


async def test_it_keeps_to_allowed_words(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(SAMPLED, allowed_words=("fox", "owl")))
    assert set(answer.text.replace(" ", "")) <= set("foxwl")


async def test_it_keeps_to_typical_p(engine: VLLMEngine, tiny_profile: Profile) -> None:
    """First tokens of many seeds, against the set that the paper's rule leaves of the model's own
    distribution. The engine's rounding may move a token at the set's border."""
    once = replace(SAMPLED, max_tokens=1)
    narrow = await several(engine, *(replace(once, typical_p=0.2, seed=n) for n in range(32)))
    free = await several(engine, *(replace(once, seed=n) for n in range(32)))
    typical = references.typical(next_token(tiny_profile, narrow[0].end.prompt_token_ids), 0.25)
    assert {answer.ids[0] for answer in narrow} <= typical
    assert not {answer.ids[0] for answer in free} <= typical


def next_token(profile: Profile, prompt: tuple[int, ...]) -> references.Logits:
    """The model's logits after the prompt, computed without the engine."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(profile.model, dtype=torch.float32)
    with torch.no_grad():
        logits = model(torch.tensor([prompt])).logits[0, -1]
    return logits.double().numpy()


def top_choices(choice: TokenLogprob, threshold: float) -> list[int]:
    return [token for token, _, log in choice.top if math.exp(log) >= threshold]


async def test_it_keeps_to_xtc_probability(engine: VLLMEngine) -> None:
    always = replace(SEEN, xtc_probability=1.0, xtc_threshold=0.05)
    never, taken = await several(engine, replace(always, xtc_probability=0.0), always)
    assert all(choice.token_id not in top_choices(choice, 0.05)[:-1] for choice in taken.logprobs)
    assert any(choice.token_id in top_choices(choice, 0.05)[:-1] for choice in never.logprobs)


async def test_it_keeps_to_xtc_threshold(engine: VLLMEngine) -> None:
    always = replace(SEEN, xtc_probability=1.0, xtc_threshold=0.01)
    low, high, off = await several(engine, always, replace(always, xtc_threshold=0.5), SEEN)
    assert low.ids != off.ids == high.ids  # two tokens are never above a half each


def bits(answer: Answer) -> float:
    """The mean surprise of its second half."""
    later = answer.logprobs[len(answer.logprobs) // 2 :]
    return -sum(choice.logprob for choice in later) / len(later) / math.log(2)


async def test_it_keeps_to_mirostat_tau(engine: VLLMEngine) -> None:
    steered = replace(SEEN, max_tokens=300, mirostat_eta=0.2)
    low, high = await several(
        engine, replace(steered, mirostat_tau=4.5), replace(steered, mirostat_tau=5.5)
    )
    assert bits(low) == pytest.approx(4.5, abs=0.3)
    assert bits(high) == pytest.approx(5.5, abs=0.3)


async def test_it_keeps_to_mirostat_eta(engine: VLLMEngine) -> None:
    steered = replace(SEEN, mirostat_tau=4.5)
    slow, quick = await several(
        engine, replace(steered, mirostat_eta=0.01), replace(steered, mirostat_eta=1.0)
    )
    assert slow.ids != quick.ids


LURED = replace(GREEDY, max_tokens=60, logit_bias=("#43 = 30",))
"""Token 43, a “G”, always leads by far: what is against repetition has something to break."""
STRICT = replace(LURED, dry_multiplier=5.0, dry_base=2.0, dry_allowed_length=1, dry_breakers=())


def longest_run(answer: Answer) -> int:
    """How often the token comes one after another at most."""
    return max(len(list(run)) for token, run in itertools.groupby(answer.ids) if token == 43)


async def test_it_keeps_to_dry_multiplier(engine: VLLMEngine) -> None:
    free, strict = await several(engine, LURED, STRICT)
    assert (longest_run(free), longest_run(strict) < 10) == (60, True)


async def test_it_keeps_to_dry_base(engine: VLLMEngine) -> None:
    flat, steep = await several(
        engine, *(replace(STRICT, dry_multiplier=0.5, dry_base=base) for base in (1.0, 4.0))
    )
    assert (longest_run(flat), longest_run(steep) < 10) == (60, True)


async def test_it_keeps_to_dry_allowed_length(engine: VLLMEngine) -> None:
    short, long = await several(engine, STRICT, replace(STRICT, dry_allowed_length=12))
    assert longest_run(short) < 10
    assert 12 <= longest_run(long) < 20


async def test_it_keeps_to_dry_breakers(engine: VLLMEngine) -> None:
    strict, broken = await several(engine, STRICT, replace(STRICT, dry_breakers=("G",)))
    assert (longest_run(strict) < 10, longest_run(broken)) == (True, 60)


async def test_it_keeps_to_temperature_end(engine: VLLMEngine) -> None:
    hot = replace(SEEN, temperature=2.0, temperature_tokens=10)
    stays, cools = await several(engine, hot, replace(hot, temperature_end=0.05))
    assert max(choice.rank for choice in stays.logprobs[12:]) > 3
    assert {choice.rank for choice in cools.logprobs[12:]} <= {1, 2}


async def test_it_keeps_to_temperature_tokens(engine: VLLMEngine) -> None:
    cooling = replace(SEEN, temperature=2.0, temperature_end=0.05, max_tokens=60)
    soon, late = await several(
        engine, replace(cooling, temperature_tokens=5), replace(cooling, temperature_tokens=400)
    )
    assert {choice.rank for choice in soon.logprobs[8:]} <= {1, 2}
    assert max(choice.rank for choice in late.logprobs[8:]) > 3


async def log_probability(engine: VLLMEngine, answer: Answer) -> float:
    """Of a whole answer under the model, as the engine scores a prompt."""
    from vllm import SamplingParams
    from vllm.inputs.engine import tokens_input

    assert engine._llm is not None
    ids = [*answer.end.prompt_token_ids, *answer.ids]
    asked = SamplingParams(max_tokens=1, prompt_logprobs=0)
    outputs = [out async for out in engine._llm.generate(tokens_input(ids), asked, f"s-{id(ids)}")]
    scored = outputs[-1].prompt_logprobs[len(answer.end.prompt_token_ids) :]
    return sum(entry[token].logprob for entry, token in zip(scored, answer.ids, strict=True))


async def test_it_keeps_to_beam_width(engine: VLLMEngine) -> None:
    """A wider search finds a likelier sequence than the greedy one."""
    beam = replace(GREEDY, max_tokens=12)
    greedy, found = await several(engine, beam, replace(beam, beam_width=6))
    assert len(found.deltas) == 1
    assert len(found.ids) == found.end.output_tokens == 12
    assert await log_probability(engine, found) > await log_probability(engine, greedy)


async def test_it_keeps_to_length_penalty(engine: VLLMEngine) -> None:
    """By the sum alone a short sequence is the likeliest; the penalty favors long ones. Only where
    some beam ends by itself is there a choice, so several prompts are asked."""
    beam = replace(GREEDY, max_tokens=12, beam_width=10, ignore_eos=False)

    async def lengths(penalty: float) -> list[int]:
        settings = replace(beam, length_penalty=penalty)
        prompts = [f"{PROMPT} {number}" for number in range(8)]
        answers = await asyncio.gather(*(ask(engine, settings, prompt) for prompt in prompts))
        return [len(answer.ids) for answer in answers]

    short, long = await lengths(0.0), await lengths(3.0)
    assert sum(short) < sum(long)


FORMS = {
    "json": '{"type": "object", "properties": {"n": {"type": "integer", "maximum": 99}},'
    ' "required": ["n"], "additionalProperties": false}',
    "regex": r"\d{3}-[a-f]{2}",
    "choice": "owl\nfox",
    "grammar": 'start: "<" NUMBER ">"\nNUMBER: /[0-9]{2}/',
}


@pytest.mark.parametrize("kind", FORMS)
async def test_it_holds_answers_to_each_kind_of_form(engine: VLLMEngine, kind: str) -> None:
    held = replace(SAMPLED, ignore_eos=False, max_tokens=60, structure=kind)
    text = (await ask(engine, replace(held, structure_text=FORMS[kind]))).text
    match kind:
        case "json":
            assert json.loads(text)["n"] <= 99
        case "regex":
            assert re.fullmatch(FORMS[kind], text)
        case "choice":
            assert text in ("owl", "fox")
        case _:
            assert re.fullmatch("<[0-9]{2}>", text)


async def test_it_keeps_to_structure(engine: VLLMEngine) -> None:
    """The same text means another form by another kind."""
    held = replace(SAMPLED, ignore_eos=False, structure_text="a|b")
    literal, either = await several(
        engine, replace(held, structure="choice"), replace(held, structure="regex")
    )
    assert (literal.text, either.text in ("a", "b")) == ("a|b", True)


async def test_it_keeps_to_structure_text(engine: VLLMEngine) -> None:
    held = replace(SAMPLED, ignore_eos=False, structure="regex")
    texts = ["x{5}", "y{3}"]
    answers = await several(engine, *(replace(held, structure_text=text) for text in texts))
    assert [answer.text for answer in answers] == ["xxxxx", "yyy"]
