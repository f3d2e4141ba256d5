"""What a model is, read from its folder: layers, heads, size, and the figures measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.engines.revision import hub_config
from inference.profiles.profile import Profile

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "auto": 2}
BYTE_CACHES = ("fp8", "int8", "turboquant")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`bytes_on_disk` counts weight files; `perplexity` is by kind of held-out text, and empty for
    a model that was not measured."""

    architecture: str
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    kv_bytes_per_token: int
    parameters: int | None
    bytes_on_disk: int
    perplexity: Mapping[str, float]


def model_card(profile: Profile) -> ModelCard | None:
    """None where nothing is known here: a remote server, a hub model that was not downloaded."""
    config = _config(profile)
    if profile.engine != "vllm" or not config:
        return None
    heads = int(config.get("num_attention_heads", 0))
    kv_heads = int(config.get("num_key_value_heads") or heads)
    layers = int(config.get("num_hidden_layers", 0))
    size = int(config.get("head_dim") or (config.get("hidden_size", 0) // heads if heads else 0))
    return ModelCard(
        architecture=", ".join(config.get("architectures") or []),
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_size=size,
        vocabulary=int(config.get("vocab_size", 0)),
        kv_bytes_per_token=2 * layers * kv_heads * size * _cache_bytes(profile, config),
        parameters=profile.card.get("parameters"),
        bytes_on_disk=_weights_size(Path(profile.model)),
        perplexity=profile.card.get("perplexity", {}),
    )


def _config(profile: Profile) -> dict[str, Any]:
    local = Path(profile.model) / "config.json"
    found = local if local.is_file() else hub_config(profile.model) if profile.model else None
    try:
        config = json.loads(found.read_text()) if found else {}
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _cache_bytes(profile: Profile, config: Mapping[str, Any]) -> int:
    """Bytes of one cached number: a key or a value of one head's one dimension."""
    cache = str(profile.engine_args.get("kv_cache_dtype", "auto"))
    if cache.startswith(BYTE_CACHES):
        return 1
    served = str(profile.engine_args.get("dtype", "auto"))
    return BYTES.get(served if served != "auto" else str(config.get("dtype", "auto")), 2)


def _weights_size(folder: Path) -> int:
    files = [*folder.glob("*.safetensors")] or [*folder.glob("*.bin")]
    return sum(path.stat().st_size for path in files)
