"""The set-up's own parts: what it skips, what it is told, and when it gives up."""

import time
from pathlib import Path

import pytest

from setup import indexes, torch
from setup.commands import CommandError, run
from setup.lock import TORCH
from setup.steps import ROOT, Step

REQUIREMENTS = ROOT / "requirements"


def test_it_runs_a_step_again_when_its_file_changes(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("a==1\n")
    step = Step("base", "Installing", lambda: None, (pins,))
    before = step.fingerprint({})
    assert step.fingerprint({}) == before
    pins.write_text("a==2\n")
    assert step.fingerprint({}) != before


def test_it_runs_a_step_again_when_one_before_it_did() -> None:
    step = Step("bytecode", "Compiling", lambda: None, (), ("base",))
    assert step.fingerprint({"base": "one"}) != step.fingerprint({"base": "two"})


def test_it_never_hangs_on_an_installer(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(CommandError, match="took longer than 0 s"):
        run(["sleep", "30"], limit=0.2, log=tmp_path / "log")
    assert time.monotonic() - started < 5


def test_it_shows_the_last_lines_of_what_failed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such thing"):
        run(["sh", "-c", "echo no such thing; exit 3"], limit=5, log=tmp_path / "log")


def test_it_gives_uv_what_pip_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"index-url": "https://mirror.example/simple", "find-links": "/a /b"}
    monkeypatch.setattr(indexes, "pip_options", lambda _: told)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    given = indexes.uv_environment(Path("python"))
    assert given["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert given["UV_FIND_LINKS"] == "/a,/b"


def test_it_leaves_alone_what_uv_is_told_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "pip_options", lambda _: {"index-url": "https://other"})
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://chosen")
    assert "UV_DEFAULT_INDEX" not in indexes.uv_environment(Path("python"))


@pytest.mark.parametrize("minor", [11, 12])
def test_it_asks_for_torch_by_hash_where_there_is_one(minor: int, tmp_path: Path) -> None:
    file, options = torch.requirement_file(tmp_path, minor=minor)
    assert file.read_text().startswith("torch==2.13.0+cpu")
    assert (options == ["--require-hashes"]) is (minor == 11)


@pytest.mark.parametrize("name", ["base", "dev", "torch", "bootstrap"])
def test_it_pins_every_requirement_by_hash_and_names_no_index(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    pins = [line for line in text.splitlines() if line and line[0] not in " #-"]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "://" not in text
    assert (TORCH.search(text) is not None) is (name == "torch")
