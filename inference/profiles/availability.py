"""Whether a profile can start on this machine, told without starting it."""

from __future__ import annotations

import importlib.util
import json
import os
import struct
from functools import lru_cache
from pathlib import Path

from inference.profiles import devices
from inference.profiles.profile import Profile

MEMORY_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
MEMORY_INFO = Path("/proc/meminfo")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json")
MAX_HEADER_BYTES = 100 << 20

WRONG_ON_CPU = {
    "quantization": {
        "int8_per_channel_weight_only": "does nothing",
        "experts_int8": "does nothing",
        "fp8": "fails",
        "fp8_per_tensor": "fails",
        "mxfp8": "fails",
    },
    "kv_cache_dtype": {
        "turboquant_k8v4": "does nothing",
        "int8_per_token_head": "gives wrong answers",
    },
}
"""What vLLM accepts on a processor and then does not do, by engine argument: measured with 0.32.0
as the correlation of its log-probabilities with those of the model as it is."""


def unavailable(profile: Profile) -> str:
    """Why this profile cannot start here, in words for the page; "" where it can."""
    if profile.fault:
        return profile.fault
    if profile.engine != "vllm":
        return ""
    return (
        _wrong_device(profile)
        or _missing_instructions(profile)
        or _missing_package(profile)
        or model_fault(profile.model)
        or (profile.speculation and model_fault(profile.speculation.model))
        or _not_honored(profile)
        or _too_large(profile)
        or ""
    )


def _wrong_device(profile: Profile) -> str:
    on_gpu = devices.device() == "gpu"
    if profile.needs_gpu and not on_gpu:
        return "It needs a GPU, and this installation runs on the processor."
    if profile.needs_cpu and on_gpu:
        return "It is for installations without a GPU."
    return ""


def _missing_instructions(profile: Profile) -> str:
    wanted = profile.processor
    if not wanted or devices.device() == "gpu" or devices.processor_flags() & set(wanted):
        return ""
    return f"It needs a processor with {' or '.join(wanted)}, or a GPU."


def _missing_package(profile: Profile) -> str:
    missing = [name for name in profile.packages if not _importable(name)]
    return f"The Python package {', '.join(missing)} is not installed." if missing else ""


@lru_cache(maxsize=32)
def _importable(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _not_honored(profile: Profile) -> str:
    if devices.device() == "gpu":
        return ""
    for argument, effects in WRONG_ON_CPU.items():
        effect = effects.get(str(profile.engine_args.get(argument, "")))
        if effect:
            value = profile.engine_args[argument]
            return f"On a processor, vLLM's {argument} = {value} {effect}."
    return ""


def _too_large(profile: Profile) -> str:
    present = machine_memory_mib()
    if present is None or profile.memory_mib <= present:
        return ""
    return f"It needs about {profile.memory_mib:,} MiB of memory, and this machine has {present:,}."


def machine_memory_mib() -> int | None:
    """What the machine has, or what its container may have where that is less."""
    sizes = [size for path in MEMORY_LIMITS if (size := _limit(path)) is not None]
    try:
        total = int(MEMORY_INFO.read_text().split()[1]) * 1024
    except (OSError, IndexError, ValueError):
        return min(sizes) >> 20 if sizes else None
    return min([total, *sizes]) >> 20


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def model_fault(model: str) -> str:
    """What is wrong with a model's folder, "" for a good one, for a hub name and for none."""
    if not model:
        return ""
    folder = Path(model)
    if not folder.is_absolute() and not folder.is_dir():
        return ""
    try:
        files = frozenset(_state(entry) for entry in os.scandir(folder))
    except OSError:
        return f"The model's folder is missing: {folder}."
    return _folder_fault(folder, files)


def _state(entry: os.DirEntry[str]) -> tuple[str, int, int]:
    state = entry.stat()
    return entry.name, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)
def _folder_fault(folder: Path, _files: frozenset[tuple[str, int, int]]) -> str:
    """Looked for anew where a file of the folder has changed: each run asks."""
    problem = _config_fault(folder) or _tokenizer_fault(folder) or _weights_fault(folder)
    return f"The model's folder {folder} is broken: {problem}." if problem else ""


def _config_fault(folder: Path) -> str:
    try:
        config = json.loads((folder / "config.json").read_text())
    except FileNotFoundError:
        return "it has no config.json"
    except (OSError, ValueError) as error:
        return f"its config.json cannot be read ({error})"
    if not isinstance(config, dict) or not config.get("model_type"):
        return "its config.json names no model_type"
    return ""


def _tokenizer_fault(folder: Path) -> str:
    found = any((folder / name).is_file() for name in TOKENIZERS)
    return "" if found else "it has no tokenizer"


def _weights_fault(folder: Path) -> str:
    files = sorted(folder.glob("*.safetensors"))
    if not files and not any(folder.glob("*.bin")):
        return "it has no weights"
    for path in files:
        if problem := _header_fault(path, path.stat().st_size):
            return f"{path.name} {problem}"
    return ""


def _header_fault(path: Path, size: int) -> str:
    """The header of a safetensors file: 8 bytes of its length, then JSON with each tensor's
    offsets behind it (https://github.com/huggingface/safetensors#format)."""
    try:
        with path.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(length, MAX_HEADER_BYTES)))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
    except (OSError, struct.error, ValueError, KeyError, TypeError, AttributeError):
        return "has no readable header"
    wanted = 8 + length + max(ends, default=0)
    return "" if size == wanted else f"has {size:,} bytes where its header tells of {wanted:,}"
