"""Leaves no engine process behind when its worker is killed outright.

A worker ended by `kill -9` can clean up nothing, and vLLM's EngineCore would wait for it for ever,
holding its memory. vLLM loads `guard` in every process it starts, through the entry point that
packaging/vllm-metadata declares.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading


def guard() -> None:
    """End this process as soon as the one that spawned it is gone. Does nothing at the top.

    The kernel's own PR_SET_PDEATHSIG fires when the parent's *thread* ends, and engines are built
    on short-lived threads; the pipe that multiprocessing keeps to its parent has no such trap.
    """
    if multiprocessing.parent_process() is not None:
        threading.Thread(target=_follow_parent, name="orphan-guard", daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
