"""Whatever comes in on the socket gets an answer that says what is wrong and where."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.models import Generation
from playground.compare.consumer import MAX_WATCHES
from playground.compare.requests import MAX_LANES, MAX_MESSAGES, MAX_PROMPT_CHARACTERS
from tests.factories import Cast
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)

USER = {"role": "user", "content": "Hi."}
WRONG: dict[str, tuple[dict[str, Any], str | None]] = {
    "an empty prompt": (run(""), "messages.1"),
    "a blank prompt": (run(" \n\t "), "messages.1"),
    "no messages": (run(messages=[]), "messages"),
    "only a system message": (run(messages=[{"role": "system", "content": "Be."}]), "messages"),
    "an unknown role": (run(messages=[{"role": "tool", "content": "x"}]), "messages.0"),
    "a NUL": (run("a\x00b"), "messages.1"),
    "a prompt without end": (run("x" * (MAX_PROMPT_CHARACTERS + 1)), "messages.1"),
    "too many messages": (run(messages=[USER] * (MAX_MESSAGES + 1)), "messages"),
    "no lanes": (run(lanes=[]), "lanes"),
    "too many lanes": (run(lanes=[lane()] * (MAX_LANES + 1)), "lanes"),
    "an unknown profile": (run(lanes=[lane(), lane("gpt-9")]), "lanes.1.profile"),
    "too hot": (run(lanes=[lane(temperature=7)]), "lanes.0.settings.temperature"),
    "not a number": (run(lanes=[lane(), lane(top_p="much")]), "lanes.1.settings.top_p"),
    "half a token": (run(lanes=[lane(max_tokens=2.5)]), "lanes.0.settings.max_tokens"),
    "a huge number": (run(lanes=[lane(seed=10**300)]), "lanes.0.settings.seed"),
    "a truth": (run(lanes=[lane(top_k=True)]), "lanes.0.settings.top_k"),
    "an unknown setting": (run(lanes=[lane(warmth=1)]), "lanes.0.settings.warmth"),
    "a stop that is no list": (run(lanes=[lane(stop="END")]), "lanes.0.settings.stop"),
    "a NUL in a stop": (run(lanes=[lane(stop=["\x00"])]), "lanes.0.settings.stop"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_it_names_the_field(cast: Cast, wrong: str) -> None:
    message, field = WRONG[wrong]
    async with opened(cast.alice) as page:
        answer = await page.ask(message)
    assert (answer["type"], answer["code"]) == ("error", "bad_input")
    assert (answer["field"], answer["key"]) == (field, message["key"])
    assert answer["message"].endswith(".")
    assert await Generation.objects.acount() == 0


GARBLED: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "{type: run}",
    "half of it": '{"type": "run", "key": ',
    "a list": "[1, 2]",
    "no type": '{"key": "1"}',
    "an unknown type": '{"type": "launch"}',
    "a type that is no word": '{"type": {"a": 1}}',
    "a run without a key": '{"type": "run", "messages": [], "lanes": []}',
    "a key that is no UUID": json.dumps({**run(), "key": "one"}),
    "a session that is no UUID": json.dumps(run(session="one")),
    "a lone surrogate": json.dumps(run()).replace("KV", "\\ud800"),
    "deep lists": '{"type": "run", "key": ' + "[" * 100_000,
    "deep settings": json.dumps(run()).replace('"temperature": 0', '"a": ' + '{"b":' * 50_000),
    "a number too long": '{"type": "stop", "generation": ' + "1" * 5000 + "}",
    "half a generation": '{"type": "stop", "generation": 1.5}',
    "bytes": b"\x00\xff\xfe",
    "less than nothing": '{"type": "watch", "generations": [{"generation": 1, "seq": -5}]}',
    "a painted word": '{"type": "painted", "generation": 1, "ttft_ms": "soon"}',
}  # fmt: skip


@pytest.mark.parametrize("garbled", GARBLED)
async def test_it_answers_what_it_does_not_understand(cast: Cast, garbled: str) -> None:
    async with opened(cast.alice) as page:
        assert (await page.ask(GARBLED[garbled]))["code"] == "bad_input"
        assert (await page.ask(run()))["type"] == "accepted"


@pytest.mark.parametrize("id", [0, -1, 2**31, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize("kind", ["stop", "stop_all", "watch"])
async def test_it_finds_nothing_by_such_a_number(cast: Cast, kind: str, id: int) -> None:
    message = {
        "stop": {"type": "stop", "generation": id},
        "stop_all": {"type": "stop_all", "comparison": id},
        "watch": {"type": "watch", "generations": [{"generation": id}]},
    }[kind]
    async with opened(cast.alice) as page:
        assert (await page.ask(message))["code"] == "not_found"


async def test_it_watches_a_limited_number(cast: Cast) -> None:
    many = [{"generation": n} for n in range(1, MAX_WATCHES + 2)]
    async with opened(cast.alice) as page:
        answer = await page.ask({"type": "watch", "generations": many})
    assert (answer["code"], str(MAX_WATCHES) in answer["message"]) == ("bad_input", True)


async def test_it_takes_any_text_as_prompt(cast: Cast) -> None:
    prompt = "naïve 🦊 \u202e\u0001\x7f <script>alert(1)</script> '; DROP TABLE x; --\r\n%s{}"
    async with opened(cast.alice) as page:
        answer = await page.ask(run(prompt))
    assert answer["type"] == "accepted"
    row = await Generation.objects.afirst()
    assert row is not None
    assert row.messages[-1]["content"] == prompt


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
)
fields = (
    "key",
    "session",
    "messages",
    "lanes",
    "generation",
    "comparison",
    "generations",
    "ttft_ms",
)
things = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "profile", "settings", "seq"]), inner)
    ),
    max_leaves=8,
)
types = st.sampled_from(
    [
        "run",
        "stop",
        "stop_all",
        "watch",
        "painted",
        "open",
        "draft",
        "take_back",
        "forget_set_aside",
    ]
)


async def test_it_survives_whatever_comes(cast: Cast) -> None:
    messages: list[dict[str, Any]] = []

    @given(types, st.dictionaries(st.sampled_from(fields), things))
    @settings(max_examples=150, suppress_health_check=list(HealthCheck), database=None)
    def gather(kind: str, content: dict[str, Any]) -> None:
        base = run() if kind == "run" else {}
        messages.append({**base, **content, "type": kind})

    gather()
    async with opened(cast.alice) as page:
        for message in messages:
            await page.send(message)
        last = run("The last one.")
        await page.send(last)
        while (answer := await page.event("accepted", "error", seconds=20))["key"] != last["key"]:
            pass
        assert answer["type"] == "accepted"
