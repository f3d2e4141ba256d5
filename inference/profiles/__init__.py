"""The model profiles this installation offers: what runs where, and what it can be asked for.

Profiles are data. A GPU machine, another model or another server is another entry in a TOML file or
other environment variables; no engine code changes with it.
"""

from inference.profiles.availability import unavailable
from inference.profiles.card import ModelCard, model_card
from inference.profiles.catalogue import (
    UnknownProfile,
    context_length,
    offered,
    profile,
    profiles,
    resident,
)
from inference.profiles.devices import (
    BUILTIN_MODEL,
    BUILTIN_WEIGHTS,
    CPU_ARGS,
    CPU_ENVIRONMENT,
    GPU_ARGS,
    cpu_dtype,
)
from inference.profiles.profile import (
    SCRIPTED_CONTROLS,
    SPECULATIVE_CONTROLS,
    STANDARD_CONTROLS,
    VLLM_CONTROLS,
    VLLM_SERVER_CONTROLS,
    EngineKind,
    Profile,
    Speculation,
)

__all__ = [
    "BUILTIN_MODEL",
    "BUILTIN_WEIGHTS",
    "CPU_ARGS",
    "CPU_ENVIRONMENT",
    "GPU_ARGS",
    "SCRIPTED_CONTROLS",
    "SPECULATIVE_CONTROLS",
    "STANDARD_CONTROLS",
    "VLLM_CONTROLS",
    "VLLM_SERVER_CONTROLS",
    "EngineKind",
    "ModelCard",
    "Profile",
    "Speculation",
    "UnknownProfile",
    "context_length",
    "cpu_dtype",
    "model_card",
    "offered",
    "profile",
    "profiles",
    "resident",
    "unavailable",
]
