"""Where engines run here, and the arguments that every vLLM profile gets for that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

Device = Literal["cpu", "gpu"]

BUILTIN_WEIGHTS = Path(__file__).parents[1] / "builtin" / "weights"
BUILTIN_MODEL = BUILTIN_WEIGHTS / "small"
CPU_INFO = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = frozenset({"avx512f", "avx512_bf16", "amx_bf16", "bf16"})


def cpu_dtype(info: Path = CPU_INFO) -> str:
    """The precision that this processor is fast in.

    Without AVX-512 (or Arm's bf16) a bfloat16 product is emulated: with AVX2 alone, 32 requests got
    1,371 tokens/s in bfloat16 and 2,940 in float32.
    """
    return "bfloat16" if processor_flags(info) & BFLOAT16_FLAGS else "float32"


def processor_flags(info: Path = CPU_INFO) -> frozenset[str]:
    """What the processor says that it can do, by the names of /proc/cpuinfo; no name elsewhere."""
    try:
        return frozenset(info.read_text().split())
    except OSError:
        return frozenset()


CPU_ARGS: Mapping[str, Any] = {
    "dtype": cpu_dtype(),
    "enforce_eager": True,
    "block_size": 32,
    "kv_cache_memory_bytes": 64 << 20,
    "max_num_seqs": 64,
    "max_logprobs": 20,
}
"""The fastest way to a first token without a GPU, and blocks small enough that short prompts
show up in the prefix cache."""

CPU_ENVIRONMENT: Mapping[str, str] = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
"""One thread: more of them mostly spin with a small model, and the site needs the other cores.
Numba's wait for one another in speculation by n-grams: 0.5 s a token on two busy cores."""

GPU_ARGS: Mapping[str, Any] = {"max_num_seqs": 256, "max_logprobs": 20}


def device() -> Device:
    """What this installation says it has."""
    return "gpu" if os.environ.get("PLAYGROUND_DEVICE", "cpu") == "gpu" else "cpu"


def device_args() -> Mapping[str, Any]:
    return GPU_ARGS if device() == "gpu" else CPU_ARGS


def device_environment() -> Mapping[str, str]:
    return {} if device() == "gpu" else CPU_ENVIRONMENT
