"""How much memory there is, and how much a process and all that it started hold, in MiB."""

import os
from pathlib import Path

PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")
KIB = 1024


def available_mib(proc: Path = PROC, cgroup: Path = CGROUP) -> int:
    """What can be had without swapping: the machine's, or the container's where that is less."""
    machine = _kib_of(proc / "meminfo", "MemAvailable") // KIB
    limit, used = _number(cgroup / "memory.max"), _number(cgroup / "memory.current")
    if limit is None or used is None:
        return machine
    return min(machine, max(0, limit - used) // KIB // KIB)


def resident_mib(group: int, proc: Path = PROC) -> int:
    """What the processes of this group hold; a page that several share is counted once.

    0 where none is left.
    """
    return sum(map(_held_kib, _of_group(group, proc))) // KIB


def _of_group(group: int, proc: Path) -> list[Path]:
    found = []
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(words[2]) == group:
            found.append(folder)
    return found


def _held_kib(folder: Path) -> int:
    try:
        return _kib_of(folder / "smaps_rollup", "Pss")
    except PermissionError:
        return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // KIB
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _kib_of(table: Path, name: str) -> int:
    for line in table.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _number(file: Path) -> int | None:
    """A limit in bytes; None where there is none."""
    try:
        words = file.read_text().strip()
    except OSError:
        return None
    return int(words) if words.isdigit() else None
