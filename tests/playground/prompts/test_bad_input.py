"""What is wrong is said beside it, what was typed stays, and nothing is made."""

import json
from typing import Any

import pytest

from playground.prompts.messages import MAX_MESSAGES, MAX_PROMPT_CHARACTERS
from playground.prompts.models import Preset, Prompt
from tests.factories import Cast
from tests.playground.prompts.things import browser, preset_fields, prompt_fields

pytestmark = pytest.mark.django_db(transaction=True)
VARIABLES = " ".join(f"{{{{v{n}}}}}" for n in range(65))

WRONG_PROMPTS: dict[str, tuple[dict[str, Any], str]] = {
    "no name": (prompt_fields(name=""), "This field is required"),
    "a long name": (prompt_fields(name="n" * 121), "at most 120 characters"),
    "a NUL in the name": (prompt_fields(name="a\x00b"), "Null characters"),
    "a long description": (prompt_fields(description="d" * 2001), "at most 2000 characters"),
    "many tags": (prompt_fields(tags=",".join(map(str, range(21)))), "21 tags; at most 20."),
    "a long tag": (prompt_fields(tags="t" * 41), "41 characters; at most 40."),
    "no messages": ({"name": "Typed"}, "the last message is the user"),
    "blank messages": (prompt_fields(" \n"), "the last message is the user"),
    "an answer last": (prompt_fields("a", "b"), "the last message is the user"),
    "many messages": (prompt_fields(*["x"] * (MAX_MESSAGES + 1)), "65 messages; at most 64."),
    "a long text": (prompt_fields("x" * (MAX_PROMPT_CHARACTERS + 1)), "at most 200,000."),
    "a NUL in the text": (prompt_fields("a\x00b"), "NUL character"),
    "an unknown role": ({"name": "x", "role": ["tool"], "content": ["x"]}, "role is one of"),
    "many variables": (prompt_fields(VARIABLES), "65 variables; at most 64."),
    "a long value": (prompt_fields("{{a}}", **{"value-a": "x" * 10_001}), "at most 10,000."),
    "a NUL in a value": (prompt_fields("{{a}}", **{"value-a": "\x00"}), "NUL character"),
    "garbled JSON": ({"name": "x", "messages": "{"}, "garbled"),
    "no list": ({"name": "x", "messages": "{}"}, "the last message is the user"),
    "deep JSON": ({"name": "x", "messages": "[" * 100_000}, "garbled"),
    "no text": ({"name": "x", "messages": '[{"role": "user", "content": 1}]'}, "is text"),
    "half a character": (
        {"name": "x", "messages": '[{"role": "user", "content": "\\ud800"}]'},
        "half a character",
    ),
}
WRONG_PRESETS: dict[str, tuple[dict[str, Any], str]] = {
    "no name": (preset_fields(name=""), "This field is required"),
    "an unknown model": (preset_fields(profile="gpt-9"), "gpt-9"),
    "a NUL in the model": (preset_fields(profile="\x00"), "Null characters"),
    "too hot": (preset_fields({"temperature": 7}), "it goes from 0 to 2"),
    "no number": (preset_fields({"top_p": "much"}), "must be a number"),
    "an unknown setting": (preset_fields({"warmth": 1}), "There is no setting called"),
    "no mapping": ({"name": "x", "settings": "[1]"}, "garbled"),
    "garbled": ({"name": "x", "settings": "{"}, "garbled"),
    "deep": ({"name": "x", "settings": '{"a":' * 100_000}, "garbled"),
    "half a character": ({"name": "x", "settings": '{"stop": ["\\ud800"]}'}, "half a character"),
    "a NUL in a stop": (preset_fields({"stop": ["\x00"]}), "NUL character"),
    "a huge number": ({"name": "x", "settings": '{"seed": ' + "1" * 5000 + "}"}, "garbled"),
}


@pytest.mark.parametrize("wrong", WRONG_PROMPTS)
def test_it_says_what_is_wrong_with_a_prompt(cast: Cast, wrong: str) -> None:
    fields, message = WRONG_PROMPTS[wrong]
    answer = browser(cast.alice).post("/library/prompts/new/", fields)
    assert (answer.status_code, Prompt.objects.count()) == (422, 0)
    assert message in answer.content.decode()


@pytest.mark.parametrize("wrong", WRONG_PRESETS)
def test_it_says_what_is_wrong_with_a_preset(cast: Cast, wrong: str) -> None:
    fields, message = WRONG_PRESETS[wrong]
    answer = browser(cast.alice).post("/library/presets/new/", fields)
    assert (answer.status_code, Preset.objects.count()) == (422, 0)
    assert message in answer.content.decode()


def test_it_keeps_what_was_typed(cast: Cast) -> None:
    fields = prompt_fields(
        "Kept {{a}}", "Answer", name="", tags="x, y", **{"value-a": "value kept"}
    )
    text = browser(cast.alice).post("/library/prompts/new/", fields).content.decode()
    for kept in ("Kept {{a}}", "Answer", "x, y", "value kept"):
        assert kept in text
    settings = {"temperature": 0.35, "stop": ["END"]}
    again = browser(cast.alice).post("/library/presets/new/", preset_fields(settings, name=""))
    assert json.loads(again.context["form"].settings_json) == settings
    assert ('value="0.35"' in again.content.decode(), 'value="END"' in again.content.decode()) == (
        True,
        True,
    )


def test_it_takes_as_much_as_it_says(cast: Cast) -> None:
    text = "🦊" * MAX_PROMPT_CHARACTERS
    answer = browser(cast.alice).post("/library/prompts/new/", prompt_fields(text))
    assert answer.status_code == 302
    assert browser(cast.alice).get(answer["Location"]).status_code == 200


def test_it_runs_no_script_from_a_name_tag_or_text(cast: Cast) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    values = {"value-a": f"</script>{evil}"}
    fields = prompt_fields(f"{{{{a}}}} {evil}", name=evil[:120], description=evil, tags=evil[:38])
    alice = browser(cast.alice)
    page = alice.post("/library/prompts/new/", {**fields, **values})["Location"]
    preset = preset_fields({"stop": [evil[:60]]}, name=evil[:120], tags=evil[:38], shared="on")
    preset_page = alice.post("/library/presets/new/", preset)["Location"]
    parts = ("", "edit/", "versions/", "versions/1/", "diff/?from=1&to=1", "runs/")
    paths = ["/library/", "/library/presets/", preset_page, f"{preset_page}edit/"]
    for path in [*paths, *(page + part for part in parts)]:
        text = alice.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
