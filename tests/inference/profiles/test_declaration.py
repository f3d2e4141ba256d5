"""Profiles that the operator adds, and what becomes of those that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.profiles import BUILTIN_WEIGHTS, offered, profile, profiles, unavailable

GOOD = """
[[profile]]
name = "mine"
title = "Mine"
model = "./model"
device = "any"
without = ["min_p"]
[profile.engine_args]
max_model_len = 256
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mine.toml"
    for name in ("MODEL", "DEVICE", "ALLOW_SCRIPTED"):
        monkeypatch.delenv(f"PLAYGROUND_{name}", raising=False)
    monkeypatch.setenv("PLAYGROUND_PROFILES", str(path))
    return path


def faults() -> list[str]:
    return [one.fault for one in profiles().values() if one.fault]


def test_it_adds_profiles_to_those_there_are(file: Path) -> None:
    before = len(profiles()) - 1
    file.write_text(GOOD)
    mine = profile("mine")
    assert len(profiles()) == before + 1
    assert mine.model == str(file.parent / "model")
    assert mine.engine_args["max_model_len"] == 256
    assert mine.engine_args["max_num_seqs"] == profile("small").engine_args["max_num_seqs"]
    assert "min_p" not in mine.controls
    assert mine.on_demand
    assert mine.memory_mib > 0


def test_it_reads_the_file_anew_when_it_has_changed(file: Path) -> None:
    file.write_text(GOOD)
    assert profile("mine").title == "Mine"
    file.write_text(GOOD.replace('"Mine"', '"Still mine"'))
    assert profile("mine").title == "Still mine"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('title = "Mine"', ""), "title"),
        (('name = "mine"', 'name = "Not A Name"'), "regex"),
        (('name = "mine"', 'name = "small"'), "another profile has this name"),
        (('device = "any"', 'device = "toaster"'), "toaster"),
        (('device = "any"', "colour = 1"), "unknown field `colour`"),
        (('device = "any"', "memory_mib = -1"), "memory_mib"),
        (('["min_p"]', '["loudness"]'), "loudness"),
        (('device = "any"', 'engine = "scripted"'), "not allowed"),
    ],
)
def test_it_names_file_and_reason_of_a_broken_one_and_keeps_the_others(
    file: Path, change: tuple[str, str], reason: str
) -> None:
    other = GOOD.replace('"mine"', '"other"')
    file.write_text(GOOD.replace(*change) + other)
    (fault,) = faults()
    assert str(file) in fault
    assert "profile 1" in fault
    assert reason in fault
    assert profile("other").title == "Mine"
    broken = next(one for one in profiles().values() if one.fault)
    assert unavailable(broken) == fault
    assert broken.name not in offered(registered=[])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[profile]", "not valid TOML"),
        ("name = 1", "[[profile]] tables"),
        ("profile = [1, 2]", "object"),
        ("\x00", "not valid TOML"),
        (None, "cannot be read"),
    ],
)
def test_it_goes_on_without_a_file_that_means_nothing(
    file: Path, text: str | None, reason: str
) -> None:
    if text is not None:
        file.write_text(text)
    assert faults()
    assert all(str(file) in fault for fault in faults())
    assert reason in faults()[0]
    assert "small" in offered()


def test_it_finds_built_in_models_and_draft_models(file: Path) -> None:
    file.write_text(
        GOOD
        + """
[profile.speculation]
method = "draft_model"
num_speculative_tokens = 2
model = "builtin/draft"
"""
    )
    speculation = profile("mine").speculation
    assert speculation is not None
    assert speculation.configuration() == {
        "method": "draft_model",
        "num_speculative_tokens": 2,
        "model": str(BUILTIN_WEIGHTS / "draft"),
    }


def test_it_takes_the_baseline_for_one_that_names_no_model(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_MODEL", "somebody/some-model")
    file.write_text(GOOD.replace('model = "./model"', ""))
    assert profile("mine").model == "somebody/some-model"


def test_it_adds_scripted_engines_where_they_are_allowed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    file.write_text(
        '[[profile]]\nname = "slow"\ntitle = "Slow"\nengine = "scripted"\non_demand = false\n'
        "[profile.engine_args]\ninterval = 0.5\n"
    )
    slow = profile("slow")
    assert (slow.engine, slow.model, slow.engine_args["interval"]) == ("scripted", "scripted", 0.5)
    assert not slow.on_demand
    assert unavailable(slow) == ""
