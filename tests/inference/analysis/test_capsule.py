"""Capsules hold what a rerun needs, and a verification names what differs."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from inference.analysis.capsule import Capsule, capsule, verify


def stored(**changes: Any) -> Any:
    row = {
        "profile": "small",
        "messages": [{"role": "user", "content": "Hello"}],
        "settings": {"temperature": 0.7, "top_p": 0.9},
        "seed": 42,
        "prompt_token_ids": [1, 5, 6],
        "token_ids": [7, 8, 9],
        "finish_reason": "stop",
        "beginning_ids": None,
        "engine": "vllm",
        "engine_version": "0.32.0",
        "engine_flags": {"dtype": "float32"},
        "model": "small",
        "model_revision": "abc",
    }
    return SimpleNamespace(**{**row, **changes})


def made(**changes: Any) -> Capsule:
    return capsule(stored(**changes))


def test_it_holds_everything_and_is_json() -> None:
    document = json.loads(json.dumps(made().document()))
    assert set(vars(stored())) <= set(document)
    assert document["digest"] == made().digest


def test_it_bears_a_generation_that_never_ran() -> None:
    bare = made(prompt_token_ids=None, token_ids=None, engine_flags=None)
    assert (bare.prompt_token_ids, bare.token_ids, bare.engine_flags) == ([], [], {})


def test_the_digest_is_of_what_was_asked_not_of_the_answer() -> None:
    assert made(token_ids=[1], finish_reason="length").digest == made().digest


def test_a_capsule_without_a_beginning_has_the_digest_that_it_always_had() -> None:
    assert made().digest == "fe4e06684f2bbc6902bcb4a8688108a126891626b28932207e9dbe8bcba4d42e"


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 43},
        {"settings": {"temperature": 0.8, "top_p": 0.9}},
        {"model_revision": "abd"},
        {"engine_version": "0.33.0"},
        {"prompt_token_ids": [1, 5]},
        {"beginning_ids": [7]},
        {"engine_flags": {}},
    ],
)
def test_the_digest_changes_with_anything_asked(change: dict[str, Any]) -> None:
    assert made(**change).digest != made().digest
    assert [one.name for one in verify(made(), made(**change)).changes] != []


def test_it_verifies_a_run_that_came_out_the_same() -> None:
    found = verify(made(), made())
    assert (found.same, found.compared, found.differs_at, found.changes) == (True, 3, None, ())


@pytest.mark.parametrize(
    ("again", "place", "before", "after"),
    [
        ([7, 1, 9], 1, 8, 1),
        ([7, 8], 2, 9, None),
        ([7, 8, 9, 4], 3, None, 4),
        ([], 0, 7, None),
    ],
)
def test_it_names_the_first_token_that_differs(
    again: list[int], place: int, before: int | None, after: int | None
) -> None:
    found = verify(made(), made(token_ids=again))
    assert not found.same
    assert (found.differs_at, found.before, found.after) == (place, before, after)


def test_it_names_settings_that_changed() -> None:
    (found,) = verify(made(), made(settings={"temperature": 0.7})).changes
    assert (found.name, found.before, found.after) == ("top_p", 0.9, None)


def test_changes_qualify_a_match() -> None:
    other = replace(made(), engine_version="0.33.0")
    found = verify(made(), other)
    assert found.same
    assert [one.name for one in found.changes] == ["engine_version"]
