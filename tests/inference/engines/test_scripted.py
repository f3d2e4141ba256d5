"""The engine of the fault and load tests keeps its own promises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from inference.engines.protocol import Delta, EngineDead, EngineError, Flag, InvalidRequest
from inference.engines.scripted import ScriptedEngine
from inference.profiles import Profile
from tests.inference.engines.answers import GREEDY, ask, collect, request

Start = Callable[..., "asyncio.Future[ScriptedEngine]"]


def profile(**arguments: Flag) -> Profile:
    return Profile("scripted", "Scripted", "", "scripted", "scripted", arguments)


@pytest.fixture
async def start(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Starts engines with the arguments given, and stops them after the test."""
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    started: list[ScriptedEngine] = []

    async def begin(**arguments: Flag) -> ScriptedEngine:
        engine = ScriptedEngine(profile(interval=0.002, **arguments))
        await engine.start()
        started.append(engine)
        return engine

    yield begin
    for engine in started:
        await engine.stop()


async def test_it_refuses_to_start_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_ALLOW_SCRIPTED", raising=False)
    with pytest.raises(EngineError, match="for tests"):
        await ScriptedEngine(profile()).start()


async def test_it_makes_as_many_tokens_as_asked(start: Start) -> None:
    answer = await ask(await start(), replace(GREEDY, max_tokens=7))
    assert (answer.end.output_tokens, len(answer.ids), len(answer.deltas)) == (7, 7, 7)
    assert [delta.step for delta in answer.deltas] == list(range(1, 8))
    assert answer.end.finish_reason == "length"


async def test_it_stamps_tokens_with_the_time_they_were_made(start: Start) -> None:
    before = time.time_ns()
    answer = await ask(await start(stamp=True))
    stamps = [int(word) for word in answer.text.split()]
    assert before < stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= time.time_ns()


async def test_it_repeats_an_answer_by_seed(start: Start) -> None:
    engine = await start()
    first, again, other = [await ask(engine, replace(GREEDY, seed=seed)) for seed in (1, 1, 2)]
    assert first.text == again.text != other.text


async def test_it_stops_at_a_stop_string(start: Start) -> None:
    answer = await ask(await start(), replace(GREEDY, stop=("lantern",)))
    assert "lantern" not in answer.text
    assert (answer.end.finish_reason, answer.end.stop_reason) == ("stop", "lantern")


async def test_it_waits_before_the_first_token(start: Start) -> None:
    end = (await ask(await start(queue_delay=0.05, prefill_delay=0.1))).end
    assert end.timings.queue == 0.05
    assert 0.1 <= end.timings.prefill < 0.2
    assert end.timings.ttft == pytest.approx(end.timings.queue + end.timings.prefill)


async def test_it_ends_an_aborted_request(start: Start) -> None:
    engine = await start()
    asked = request(replace(GREEDY, max_tokens=10_000))
    running = asyncio.create_task(collect(engine, asked))
    await asyncio.sleep(0.05)
    await engine.abort(asked.request_id)
    answer = await asyncio.wait_for(running, 0.2)
    assert answer.end.finish_reason == "abort"
    assert answer.end.output_tokens == len(answer.ids) > 0


async def test_it_runs_no_more_requests_than_it_has_slots(start: Start) -> None:
    engine = await start(max_num_seqs=1)
    first, second = await asyncio.gather(ask(engine), ask(engine))
    assert first.deltas[-1].at < second.deltas[0].at


async def test_it_dies_after_so_many_tokens_and_restarts(start: Start) -> None:
    engine = await start(die_after=10)
    events = engine.generate(request(replace(GREEDY, max_tokens=100)))
    deltas = [await anext(events) for _ in range(10)]
    with pytest.raises(EngineDead):
        await anext(events)
    assert all(isinstance(delta, Delta) for delta in deltas)
    assert engine.dead.is_set()
    assert not await engine.health()
    await engine.restart()
    assert (await ask(engine)).end.output_tokens == GREEDY.max_tokens


async def test_it_refuses_a_prompt_that_leaves_no_room(start: Start) -> None:
    with pytest.raises(InvalidRequest, match="at most 9 fit"):
        await ask(await start(context_length=10), prompt="word " * 20)


async def test_it_is_cheap_enough_for_a_thousand_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """30 tokens a second for each of 1,000 must leave most of a core to what is under test."""
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    engine = ScriptedEngine(profile(interval=1 / 30))
    await engine.start()
    spent = time.process_time()
    settings = replace(GREEDY, max_tokens=60)
    answers = await asyncio.gather(*(ask(engine, settings) for _ in range(1000)))
    spent = time.process_time() - spent
    await engine.stop()
    assert sum(answer.end.output_tokens for answer in answers) == 60_000
    assert spent / 2.0 < 0.9, f"{spent:.2f} s of processor time for two seconds of tokens"


async def test_it_makes_up_probabilities_that_agree_with_one_another(start: Start) -> None:
    answer = await ask(await start(), replace(GREEDY, logprobs=5))
    assert [entry.token_id for entry in answer.logprobs] == list(answer.ids)
    for entry in answer.logprobs:
        shares = [logprob for _, _, logprob in entry.top]
        assert len(shares) == 5
        assert shares == sorted(shares, reverse=True)
        if entry.rank <= len(entry.top):
            assert entry.top[entry.rank - 1] == (entry.token_id, entry.text, entry.logprob)
    assert (await ask(await start())).logprobs == []
