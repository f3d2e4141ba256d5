"""Broken and hostile files: each is refused with the place of its trouble."""

import json
from typing import Any

import pytest

from playground.sharing.exchange.checking import MAX_RUNS, BadFile
from playground.sharing.exchange.reading import read
from tests.playground.sharing.files import document, lane, session

BROKEN: list[tuple[Any, str]] = [
    (b"not json", "The file is not valid JSON"),
    (b"\xff\xfe\x00", "The file is not valid JSON"),
    (b'{"format":"inference-playground","version":1,"sessions":[{"title":"\xff"}]}', "not valid"),
    (b"[1, 2, 3]", "This is no file exported from"),
    (b'{"format": "something else"}', "This is no file exported from"),
    (b"[" * 200_000, "This is no file exported from"),
    (b'{"a":' * 200_000, "nests too deeply"),
    (b'{"format":"inference-playground","version":1,"sessions":' + b"[" * 200_000, "too deeply"),
    (document(version=2), "has version 2; this installation reads version 1"),
    (document(users=[{"email": "x"}]), "the file: holds the unknown field “users”"),
    (document(sessions=[{"title": 5, "runs": []}]), "sessions[0].title: expected text, got a"),
    (document(sessions=[{"runs": []}]), "sessions[0]: misses the field “title”"),
    (document(sessions=[session(), session(id=7)]), "sessions[1].runs[0]: holds the unknown field"),
    (document(sessions=[session(team=1)]), "unknown field “team”"),
    (document(sessions=[session(name="x" * 121)]), "sessions[0].runs[0].name: "),
    (document(sessions=[session(name="a\x00b")]), "sessions[0].runs[0].name: the text holds a NUL"),
    (document(sessions=[session(tags=["x"] * 21)]), "sessions[0].runs[0].tags: "),
    (document(sessions=[session(lanes=[])]), "sessions[0].runs[0].lanes: "),
    (document(sessions=[session(lanes=[lane()] * 9)]), "sessions[0].runs[0].lanes: "),
    (document(sessions=[session(messages=[{"role": "tool", "content": "x"}])]), "messages[0].role"),
    (document(sessions=[session(messages=[{"role": "user", "content": " "}])]), "Write a prompt"),
    (document(sessions=[session(lanes=[lane(settings={"temperature": 99})])]),
     "sessions[0].runs[0].lanes[0].settings.temperature: Temperature is 99; it goes from 0 to 2."),
    (document(sessions=[session(lanes=[lane(settings={"rm": "-rf"})])]), "settings.rm: There is"),
    (document(sessions=[session(lanes=[lane(settings={"stop": {"a": {}}})])]), "got an object"),
    (document(sessions=[session(lanes=[lane(preset="x")])]), "lanes[0].preset: no such preset"),
    (document(sessions=[session(prompt={"prompt": "x", "version": 1})]), "no such prompt"),
    (document(sessions=[session(cases=[{"number": 2}])]), "answers[0].case: the run has no case 1"),
    (document(sessions=[session(cases=[{"number": 1}] * 2)]), "two cases have the same number"),
    (document(sessions=[session(lanes=[lane(answers=lane()["answers"] * 2)])]), "same case and"),
    (document(sessions=[session(lanes=[lane(answers=[{"status": "won", "seed": 1}])])]), "status"),
    (document(sessions=[session(lanes=[lane(answers=[{"status": "done", "seed": -1}])])]), "seed"),
    (document(sessions=[session(lanes=[lane(answers=[{"status": "x" * 9000, "seed": 1}])])]), "xx"),
    (document(presets=[{"id": "a", "name": " ", "settings": {}}]), "presets[0].name: the name is"),
    (document(presets=[{"id": "a", "name": "A", "settings": {}}] * 2), "presets[1].id: another"),
    (document(prompts=[{"id": "a", "name": "A", "versions": []}]), "prompts[0].versions: "),
    (document(sessions=[{"title": "Big", "runs": session()["runs"] * (MAX_RUNS // 2)}] * 3),
     f"3,000 runs in the file; at most {MAX_RUNS:,} at a time"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "problem"), BROKEN)
def test_it_says_where_a_file_is_broken(content: Any, problem: str) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(BadFile) as refused:
        read(body)
    assert problem in str(refused.value)
    assert "`" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_it_reads_a_good_one() -> None:
    run = read(json.dumps(document(sessions=[session()])).encode()).sessions[0].runs[0]
    assert run.lanes[0].answers[0].text == "The fox ran."


def test_it_lets_text_speak_of_nul() -> None:
    given = document(sessions=[session(name=r"What is \u0000?")])
    assert read(json.dumps(given).encode()).sessions[0].runs[0].name == r"What is \u0000?"


@pytest.mark.parametrize("size", [1, 100, 5_000])
def test_it_survives_a_file_cut_off_anywhere(size: int) -> None:
    whole = json.dumps(document(sessions=[session() for _ in range(40)])).encode()
    with pytest.raises(BadFile, match="not valid JSON"):
        read(whole[:-size])
