"""A lane whose answer begins with given tokens, as a request to another server."""

from typing import Any

from playground.compare.beginnings import Beginning
from playground.compare.snippets.begun import SPLIT_ANEW, VLLM_ONLY, begun
from playground.compare.snippets.wire import WireRequest, request_of

SETTINGS: dict[str, Any] = {"max_tokens": 20, "min_tokens": 4, "temperature": 0.5}
GIVEN = Beginning([1, 2, 3], "Once upon a")


def asked(role: str, beginning: Beginning | None = GIVEN) -> WireRequest:
    return begun(request_of("small", [{"role": role, "content": "Hello"}], SETTINGS, 7), beginning)


def test_it_sends_the_words_as_the_answers_first() -> None:
    request = asked("user")
    body = request.body
    assert body["messages"][1:] == [{"role": "assistant", "content": "Once upon a"}]
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    assert (body["max_tokens"], body["min_tokens"]) == (17, 1)
    assert request.left_out == [SPLIT_ANEW]
    assert request.needs == [VLLM_ONLY]


def test_it_sends_a_text_that_goes_on_with_them() -> None:
    request = asked("text")
    assert request.body["prompt"] == "HelloOnce upon a"
    assert "continue_final_message" not in request.body
    assert request.left_out == [SPLIT_ANEW]


def test_it_leaves_other_lanes_alone() -> None:
    assert asked("user", None).body == {
        "model": "small", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 20,
        "temperature": 0.5, "seed": 7, "stream": True, "min_tokens": 4,
    }  # fmt: skip
