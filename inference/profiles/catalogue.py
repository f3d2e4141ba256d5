"""All profiles: those of the environment, those declared here, and those the operator adds."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from inference.engines.revision import hub_config
from inference.profiles import devices
from inference.profiles.availability import unavailable
from inference.profiles.declaration import read
from inference.profiles.profile import (
    SCRIPTED_CONTROLS,
    STANDARD_CONTROLS,
    VLLM_SERVER_CONTROLS,
    Profile,
)

DECLARED = Path(__file__).with_name("declared")
BASELINE_MIB = 1500
"""vLLM's front end (670 MiB) and its core with 64 MiB of KV cache (810 MiB), measured."""


class UnknownProfile(LookupError):
    """No such profile in this installation. The message names those there are."""


def profiles() -> dict[str, Profile]:
    """All profiles by name, in the order to show them, also those that cannot start here.

    Reads the environment anew each time.
    """
    baseline = _small()
    found = {one.name: one for one in [baseline, *_openai(), *_scripted()]}
    for path in [*sorted(DECLARED.glob("*.toml")), *_operators_file()]:
        for declared in read(path, baseline.model, taken=found.keys()):
            found[declared.name] = declared
    return found


def profile(name: str) -> Profile:
    """The profile of that name. Raises UnknownProfile."""
    found = profiles()
    if name not in found:
        raise UnknownProfile(
            f"There is no model profile '{name}' here; there are {', '.join(found)}."
        )
    return found[name]


def offered(registered: Collection[str] = ()) -> dict[str, Profile]:
    """The profiles that a lane may pick: those that can start here, and those in `registered`,
    which have a worker elsewhere."""
    return {
        name: one for name, one in profiles().items() if name in registered or not unavailable(one)
    }


def resident() -> dict[str, Profile]:
    """The profiles that are meant to run always, and are missed where no worker serves them."""
    return {name: one for name, one in profiles().items() if not one.on_demand and not one.fault}


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
    try:
        declared = json.loads(config.read_text())
        length = declared.get("max_position_embeddings") or declared.get("n_positions")
        return int(length) if length else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _operators_file() -> list[Path]:
    declared = os.environ.get("PLAYGROUND_PROFILES")
    return [Path(declared)] if declared else []


def _small() -> Profile:
    model = os.environ.get("PLAYGROUND_MODEL") or str(devices.BUILTIN_MODEL)
    builtin = model == str(devices.BUILTIN_MODEL)
    return Profile(
        name="small",
        title="Built-in small model" if builtin else Path(model).name,
        summary="A small model that runs on this machine's processor."
        if builtin
        else "The model this installation was set up with.",
        engine="vllm",
        model=model,
        engine_args=devices.device_args(),
        environment=devices.device_environment(),
        shows="The baseline that every other profile is compared with.",
        memory_mib=BASELINE_MIB,
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
            controls=VLLM_SERVER_CONTROLS
            if os.environ.get("PLAYGROUND_OPENAI_KIND") == "vllm"
            else STANDARD_CONTROLS,
            shows="Another server's answers beside this machine's.",
            memory_mib=200,
        )
    ]


def _openai_context() -> dict[str, Any]:
    declared = os.environ.get("PLAYGROUND_OPENAI_CONTEXT")
    return {"context_length": int(declared)} if declared else {}


def _scripted() -> list[Profile]:
    if os.environ.get("PLAYGROUND_ALLOW_SCRIPTED") != "1":
        return []
    return [
        Profile(
            name="scripted",
            title="Scripted engine",
            summary="Makes up tokens on a timetable, for fault and load tests.",
            engine="scripted",
            model="scripted",
            engine_args={"context_length": 4096, **_scripted_overrides()},
            controls=SCRIPTED_CONTROLS,
            memory_mib=200,
        )
    ]


def _scripted_overrides() -> dict[str, Any]:
    declared = json.loads(os.environ.get("PLAYGROUND_SCRIPTED_ARGS", "{}"))
    return {str(name): value for name, value in declared.items()}
