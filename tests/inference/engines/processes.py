"""Looking at processes through /proc."""

from __future__ import annotations

import os
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether the process is there and not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path("/proc").glob(f"{pid}/task/*"):
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def core_pids(ancestor: int = 0) -> list[int]:
    """The EngineCore processes below `ancestor` (this process), at any depth."""
    found = []
    for pid in children(ancestor or os.getpid()):
        found += [pid] if "EngineCore" in name(pid) else core_pids(pid)
    return found
