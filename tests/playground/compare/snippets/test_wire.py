"""What a request can say of a lane's settings, and what it cannot."""

from typing import Any

import pytest

from inference.decoding.controls import CONTROLS
from playground.compare.snippets import request_of

PROMPT = [{"role": "user", "content": "Why?"}]


def body(**settings: Any) -> dict[str, Any]:
    return request_of("small", PROMPT, settings, 7).body


def test_it_draws_the_seed_that_the_run_had() -> None:
    assert body(seed=None)["seed"] == 7


@pytest.mark.parametrize(
    ("kind", "text", "sent"),
    [
        ("json", '{"type": "string"}', {"json": {"type": "string"}}),
        ("choice", "yes\nno\n", {"choice": ["yes", "no"]}),
        ("regex", "[a-z]+", {"regex": "[a-z]+"}),
        ("grammar", 'start: "a"', {"grammar": 'start: "a"'}),
    ],
)
def test_it_sends_the_form_of_an_answer(kind: str, text: str, sent: dict[str, Any]) -> None:
    assert body(structure=kind, structure_text=text)["structured_outputs"] == sent


def test_it_asks_for_beams() -> None:
    sent = body(beam_width=4, length_penalty=1.5)
    assert (sent["use_beam_search"], sent["n"], sent["length_penalty"]) == (True, 4, 1.5)


def test_it_says_what_it_cannot_send() -> None:
    request = request_of("small", PROMPT, {"logit_bias": ["fox = 2"], "score_prompt": True}, None)
    assert "logit_bias" not in request.body
    assert [words.split(":")[0] for words in request.left_out] == [
        "Logit bias of “fox”", "Score the prompt",
    ]  # fmt: skip


def test_it_says_what_the_server_needs() -> None:
    assert "Typical-p" in request_of("small", PROMPT, {"typical_p": 0.5}, None).needs[0]


def test_no_control_is_forgotten() -> None:
    """Each is sent, read together with another, or named as left out."""
    for control in CONTROLS:
        value: Any = {"logit_bias": ["#1 = 1"], "structure": "choice", "choose": "best_of"}.get(
            control.name, ["x"] if control.kind == "list" else 3
        )
        given = {control.name: value}
        if control.name == "structure":
            given["structure_text"] = "a"
        request = request_of("small", PROMPT, given, None)
        plain = request_of("small", PROMPT, {}, None)
        with_others = control.name in {"structure_text", "length_penalty"}
        assert request.body != plain.body or request.left_out or with_others, control.name
