"""Child processes that end when they should: with their parent, as a whole group, and in time."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that a child runs as, where that is not our own."""

    uid: int
    gid: int


def die_with_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """Something for a child to run before exec: the kernel signals it when its parent is gone.

    The signal is tied to the *thread* that forked, so spawn from a thread that lasts.
    """

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    output: IO[bytes] | int = subprocess.DEVNULL,
    death_signal: signal.Signals = signal.SIGKILL,
    identity: Identity | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command as the leader of its own process group, tied to the life of this process."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        cwd=folder,
        process_group=0,
        user=identity.uid if identity else None,
        group=identity.gid if identity else None,
        extra_groups=[] if identity else None,
        preexec_fn=die_with_parent(death_signal, os.getpid()),  # noqa: PLW1509
    )


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has exited; it stays unreaped, so that its group's number is not given away."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a process and all that it started, unless it has been reaped already."""
    if process.returncode is not None:
        return
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def signal_leader(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Ask the process alone, so that it can end its own children in its own order."""
    if not has_ended(process):
        process.send_signal(number)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Poll until the condition holds; False when the seconds ran out first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def reap(process: subprocess.Popen[bytes]) -> int:
    """Kill what is left of the process and its group; returns the exit code (-n for signal n)."""
    signal_group(process, signal.SIGKILL)
    return process.wait()


def end(process: subprocess.Popen[bytes], first: signal.Signals, grace: float) -> int:
    """Ask politely, wait `grace` seconds, then kill the group; returns the exit code."""
    signal_leader(process, first)
    wait_until(lambda: has_ended(process), grace)
    return reap(process)
