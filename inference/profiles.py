"""The model profiles this installation offers: what runs where, and what it can be asked for.

Profiles are data. A GPU machine, another model or another server is another entry here or other
environment variables; no engine code changes with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from inference.engines.protocol import Flag
from inference.engines.revision import hub_config

BUILTIN_MODEL = Path(__file__).parent / "builtin" / "weights" / "small"
EngineKind = Literal["vllm", "openai", "scripted"]

STANDARD_CONTROLS = frozenset(
    {
        "temperature",
        "top_p",
        "presence_penalty",
        "frequency_penalty",
        "max_tokens",
        "stop",
        "seed",
        "logprobs",
    }
)
"""What every OpenAI-compatible server is expected to know."""

VLLM_CONTROLS = STANDARD_CONTROLS | {
    "top_k",
    "min_p",
    "repetition_penalty",
    "min_tokens",
    "ignore_eos",
}
SCRIPTED_CONTROLS = frozenset({"max_tokens", "stop", "seed"})

CPU_INFO = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = frozenset({"avx512f", "avx512_bf16", "amx_bf16", "bf16"})


def cpu_dtype(info: Path = CPU_INFO) -> str:
    """The precision that this processor is fast in.

    Without AVX-512 (or Arm's bf16) a bfloat16 product is emulated: with AVX2 alone, 32 requests got
    1,371 tokens/s in bfloat16 and 2,940 in float32.
    """
    try:
        flags = set(info.read_text().split())
    except OSError:
        return "float32"
    return "bfloat16" if flags & BFLOAT16_FLAGS else "float32"


CPU_ARGS: Mapping[str, Flag] = {
    "dtype": cpu_dtype(),
    "enforce_eager": True,
    "block_size": 32,
    "kv_cache_memory_bytes": 64 << 20,
    "max_num_seqs": 64,
    "max_logprobs": 20,
}
"""The fastest way to a first token without a GPU, and blocks small enough that short prompts
show up in the prefix cache."""

CPU_ENVIRONMENT: Mapping[str, str] = {"OMP_NUM_THREADS": "1"}
"""One thread: more of them mostly spin with a small model, and the site needs the other cores."""

GPU_ARGS: Mapping[str, Flag] = {"max_num_seqs": 256, "max_logprobs": 20}


class UnknownProfile(LookupError):
    """No such profile in this installation. The message names those there are."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One thing to run a prompt on.

    `engine_args` go to the engine as they are (for vLLM: the names of `AsyncEngineArgs`);
    `environment` is set in the worker's process before the engine is loaded. `controls` names the
    fields of SamplingSettings that this engine honors.
    """

    name: str
    title: str
    summary: str
    engine: EngineKind
    model: str
    engine_args: Mapping[str, Flag] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    controls: frozenset[str] = VLLM_CONTROLS


def profiles() -> dict[str, Profile]:
    """All profiles by name, in the order to offer them. Reads the environment anew each time."""
    offered = [_small(), *_openai(), *_scripted()]
    return {profile.name: profile for profile in offered}


def profile(name: str) -> Profile:
    """The profile of that name. Raises UnknownProfile."""
    offered = profiles()
    if name not in offered:
        raise UnknownProfile(
            f"There is no model profile '{name}' here; there are {', '.join(offered)}."
        )
    return offered[name]


def context_length(profile: Profile) -> int | None:
    """Tokens that prompt and answer may have together, found without starting an engine.

    None where only the engine can say: a remote server, or a hub model not downloaded yet.
    """
    declared = profile.engine_args.get("max_model_len", profile.engine_args.get("context_length"))
    if declared is not None:
        return int(declared)
    if profile.engine != "vllm":
        return None
    config = Path(profile.model) / "config.json"
    found = config if config.is_file() else hub_config(profile.model)
    return _longest_position(found) if found else None


def _longest_position(config: Path) -> int | None:
    declared = json.loads(config.read_text())
    length = declared.get("max_position_embeddings") or declared.get("n_positions")
    return int(length) if length else None


def _small() -> Profile:
    model = os.environ.get("PLAYGROUND_MODEL") or str(BUILTIN_MODEL)
    builtin = model == str(BUILTIN_MODEL)
    gpu = os.environ.get("PLAYGROUND_DEVICE", "cpu") == "gpu"
    return Profile(
        name="small",
        title="Built-in small model" if builtin else Path(model).name,
        summary="A small model that runs on this machine's processor."
        if builtin
        else "The model this installation was set up with.",
        engine="vllm",
        model=model,
        engine_args=GPU_ARGS if gpu else CPU_ARGS,
        environment={} if gpu else CPU_ENVIRONMENT,
    )


def _openai() -> list[Profile]:
    url = os.environ.get("PLAYGROUND_OPENAI_URL")
    if not url:
        return []
    model = os.environ.get("PLAYGROUND_OPENAI_MODEL", "")
    return [
        Profile(
            name="openai",
            title=model or "Remote model",
            summary="A model behind an OpenAI-compatible server.",
            engine="openai",
            model=model,
            engine_args={"url": url, **_openai_context()},
            controls=VLLM_CONTROLS
            if os.environ.get("PLAYGROUND_OPENAI_KIND") == "vllm"
            else STANDARD_CONTROLS,
        )
    ]


def _openai_context() -> dict[str, Flag]:
    declared = os.environ.get("PLAYGROUND_OPENAI_CONTEXT")
    return {"context_length": int(declared)} if declared else {}


def _scripted() -> list[Profile]:
    if os.environ.get("PLAYGROUND_ALLOW_SCRIPTED") != "1":
        return []
    arguments: dict[str, Flag] = {"context_length": 4096, **_scripted_overrides()}
    return [
        Profile(
            name="scripted",
            title="Scripted engine",
            summary="Makes up tokens on a timetable, for fault and load tests.",
            engine="scripted",
            model="scripted",
            engine_args=arguments,
            controls=SCRIPTED_CONTROLS,
        )
    ]


def _scripted_overrides() -> dict[str, Flag]:
    declared = json.loads(os.environ.get("PLAYGROUND_SCRIPTED_ARGS", "{}"))
    return {str(name): value for name, value in declared.items()}
