"""Runs installers with a limit, keeping what they say for when they fail."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 12


class CommandError(Exception):
    """A command failed or took too long; the message ends with its last lines."""


def run(
    command: Sequence[str | Path],
    *,
    limit: float,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command for at most `limit` seconds, its output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        begun = output.tell()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        code = _wait(process, limit)
    if code != 0:
        reason = f"took longer than {limit:.0f} s" if code is None else f"exited with {code}"
        raise CommandError(f"{Path(command[0]).name} {reason}:\n{_tail(log, begun)}")


def _wait(process: subprocess.Popen[bytes], limit: float) -> int | None:
    deadline = time.monotonic() + limit
    try:
        return process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _tail(log: Path, begun: int) -> str:
    with log.open("rb") as written:
        written.seek(begun)
        lines = written.read().decode(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-TAIL_LINES:])
