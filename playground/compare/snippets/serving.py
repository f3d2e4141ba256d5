"""The command that serves a profile's model with vLLM's own server, as this product runs it."""

import json
import shlex
from pathlib import Path
from typing import Any

from inference.engines.vllm_arguments import engine_arguments
from inference.profiles import Profile

ROOT = Path(__file__).resolve().parents[3]


def served_name(profile: Profile) -> str:
    """What a request calls the model: the remote one's own name, else the profile's."""
    return profile.model if profile.engine == "openai" else profile.name


def serve_command(profile: Profile) -> str:
    """For a shell; "" where the profile's engine is not vLLM's.

    A model in this product's folder is named from there.
    """
    if profile.engine != "vllm":
        return ""
    arguments = dict(engine_arguments(profile))
    model = Path(str(arguments.pop("model")))
    named = model.relative_to(ROOT) if model.is_relative_to(ROOT) else model
    options = [f"--served-model-name {shlex.quote(served_name(profile))}"]
    options += [_option(name, value) for name, value in arguments.items()]
    return " \\\n  ".join(
        [*_environment(profile), f"vllm serve {shlex.quote(str(named))}", *options]
    )


def _environment(profile: Profile) -> list[str]:
    settings = [f"{name}={shlex.quote(value)}" for name, value in profile.environment.items()]
    return [" ".join(settings)] if settings else []


def _option(name: str, value: Any) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    if isinstance(value, list):
        return f"--{flag} {shlex.join(map(str, value))}"
    written = json.dumps(value) if isinstance(value, dict) else str(value)
    return f"--{flag} {shlex.quote(written)}"
