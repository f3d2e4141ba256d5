"""`python -m playground.local`: the whole playground on this machine, until Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from playground.local.limits import LimitError
from playground.local.lock import FolderInUseError
from playground.local.ports import PortTakenError
from playground.local.postgres import PostgresStartError
from playground.local.processes import die_with_parent
from playground.local.services import ROOT, profiles
from playground.local.stack import Stack, StackError
from playground.local.supervisor import StopRequested, Supervisor, hold_signals, stop_on_signals
from playground.local.valkey import ValkeyStartError
from setup.progress import Progress

START_ERRORS = (
    FolderInUseError,
    LimitError,
    PortTakenError,
    PostgresStartError,
    StackError,
    ValkeyStartError,
)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m playground.local", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=ROOT / ".local")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this ends"
    )
    return parser.parse_args()


def supervise(stack: Stack, progress: Progress) -> int:
    """Run until told to stop; returns the exit code."""
    try:
        Supervisor(stack, progress).run()
    except StopRequested:
        hold_signals()
        with progress.step("Stopping"):
            stack.stop()
    except START_ERRORS as problem:
        hold_signals()
        stack.stop()
        progress.close()
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Returns the exit code."""
    options = arguments()
    stop_on_signals()
    if options.with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())()
    progress = Progress()
    try:
        return supervise(Stack(options.data, options.port, profiles=profiles()), progress)
    finally:
        progress.close()


sys.exit(main())
