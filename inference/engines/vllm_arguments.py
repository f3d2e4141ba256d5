"""A profile as the arguments of vLLM's engine."""

from __future__ import annotations

import json
from typing import Any

from inference.engines.protocol import Flag
from inference.engines.vllm_sampling import decoding_arguments
from inference.profiles import Profile


def engine_arguments(profile: Profile) -> dict[str, Any]:
    """By name of `AsyncEngineArgs`: what the profile's controls need, and what it says itself.

    With speculation each request reports how many guesses each of its steps kept.
    """
    reporting = {"per_request_spec_decode_metrics": "detailed"} if profile.speculation else {}
    return {
        "model": profile.model,
        **decoding_arguments(profile.controls),
        **reporting,
        **_declared(profile),
    }


def flags(profile: Profile) -> dict[str, Flag]:
    """What is kept beside an answer: one value a name, nested ones as JSON."""
    return {
        name: value if isinstance(value, Flag) else json.dumps(value, sort_keys=True)
        for name, value in _declared(profile).items()
    }


def _declared(profile: Profile) -> dict[str, Any]:
    if profile.speculation is None:
        return dict(profile.engine_args)
    return {**profile.engine_args, "speculative_config": profile.speculation.configuration()}
