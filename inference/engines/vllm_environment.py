"""The process environment that vLLM reads while it is imported, so it must be set before."""

from __future__ import annotations

import os
from pathlib import Path

from inference.profiles import Profile

QUIET = {
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
}
ALWAYS = {
    # EngineCore then runs the model itself instead of starting yet another process.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    # A forked copy of a worker full of threads would inherit their locked locks.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
}
OVERRIDING = ("VLLM_CPU_KVCACHE_SPACE",)
"""Whole GiB, and stronger than the profile's own kv_cache_memory_bytes."""


def prepare(profile: Profile) -> None:
    """Set what this profile needs; what the operator has set for logging stays."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    os.environ.update(ALWAYS)
    os.environ.update(profile.environment)
    if profile.engine_args.get("enforce_eager"):
        # The first request with logprobs would otherwise wait for torch.compile.
        os.environ["TORCH_COMPILE_DISABLE"] = "1"
    if "kv_cache_memory_bytes" in profile.engine_args:
        for name in OVERRIDING:
            os.environ.pop(name, None)
    if Path(profile.model).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def hold() -> None:
    """Have vLLM remember the environment, as its own core does: it looks up a switch for every
    token else, 6 % of what the front end does."""
    from vllm import envs

    envs.enable_envs_cache()


def let_go() -> None:
    """Have vLLM read the environment again: another engine is built in this process."""
    from vllm import envs

    envs.disable_envs_cache()
