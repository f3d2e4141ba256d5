"""What a worker's log tells while it loads, and when it could not."""

from pathlib import Path

import pytest

from inference.launches import COULD_NOT_START
from playground.local.loading import FIRST_PHASE, LONGEST_REASON, cause, phase

LINES = (
    "(MainProcess pid=1) WARNING Enforce eager set",
    "(EngineCore pid=2) WARNING using the V1 model runner",
    "Loading safetensors checkpoint shards:   0% Completed | 0/1",
    "Loading safetensors checkpoint shards: 100% Completed | 1/1",
)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (0, FIRST_PHASE),
        (1, FIRST_PHASE),
        (2, "starting the engine's core"),
        (3, "loading the weights"),
        (4, "warming up"),
    ],
)
def test_it_tells_how_far_it_is(tmp_path: Path, lines: int, words: str) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(LINES[:lines]))
    assert phase(log, 0) == words


def test_it_reads_this_start_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ValueError: the last time\n")
    start = log.stat().st_size
    assert cause(log, start) == ""
    log.write_text("ValueError: anew\n")
    assert cause(log, start + 100) == "ValueError: anew."
    assert cause(tmp_path / "none", 0) == ""


def test_it_believes_the_worker_before_any_other_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(f"ValueError: inner\n{COULD_NOT_START}no such folder\nOSError: later\n")
    assert cause(log, 0) == "No such folder."


def test_it_finds_the_last_error_of_one_that_said_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("a.b.FirstError: one\n  torch.cuda.OutOfMemoryError: two\nWarm shutdown\n")
    assert cause(log, 0) == "Torch.cuda.OutOfMemoryError: two."
    log.write_text(f"ValueError: {'x' * 5000}\n")
    assert len(cause(log, 0)) == LONGEST_REASON + 1
