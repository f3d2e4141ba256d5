"""The processes' logs: one file each, bounded in size, and their last lines."""

import os
import shutil
from pathlib import Path

LARGEST_BYTES = 5_000_000


def rotate(folder: Path) -> None:
    """Move logs that have grown large to `<name>.log.1`.

    Writers append to the open file, so it is copied and emptied; what is written between the two
    is lost, which a log of a local stack can bear.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_BYTES:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, indented for showing."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in [line for line in lines if line.strip()][-count:])
