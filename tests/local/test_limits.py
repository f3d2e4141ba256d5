"""What the operator may set of engines, and what they measure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.local.limits import IDLE, MEMORY, SHARE, LimitError, Limits
from playground.local.memory import available_mib, resident_mib

HOLD = "held = bytearray(200 << 20); held[::4096] = b'x' * len(held[::4096]); print(); input()"


def test_it_takes_a_share_of_what_is_there_where_nothing_is_set() -> None:
    assert Limits.of({}, 10_000).memory_mib == 10_000 * SHARE
    assert Limits.of({MEMORY: "3000", IDLE: "1.5"}, 10_000) == Limits(3000, 1.5, 900.0)


@pytest.mark.parametrize("words", ["many", "-1", "0", "nan", "inf", "1e30"])
def test_it_refuses_what_is_no_amount(words: str) -> None:
    with pytest.raises(LimitError, match=MEMORY):
        Limits.of({MEMORY: words}, 10_000)


def test_it_counts_a_process_and_what_it_started() -> None:
    command = [sys.executable, "-c", HOLD]
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"
    alone = subprocess.Popen(
        command, process_group=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child = subprocess.Popen(
        [sys.executable, "-c", outer], process_group=0, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    for process in (alone, child):
        assert process.stdout
        process.stdout.readline()
        assert 200 <= resident_mib(process.pid) < 300
        process.communicate(b"\n")
        assert resident_mib(process.pid) == 0


def test_it_minds_the_limit_of_a_container(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable: 8192000 kB\n")
    assert available_mib(tmp_path, tmp_path) == 8000
    (tmp_path / "memory.max").write_text(f"{3000 << 20}\n")
    (tmp_path / "memory.current").write_text(f"{1000 << 20}\n")
    assert available_mib(tmp_path, tmp_path) == 2000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_mib(tmp_path, tmp_path) == 8000


def test_it_finds_memory_on_this_machine() -> None:
    assert 0 < available_mib() < os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
