"""Turns a declared profile into the engine that serves it."""

from __future__ import annotations

import os

from inference.engines.protocol import Engine
from inference.profiles import Profile


def build(profile: Profile) -> Engine:
    """An engine for `profile`, not yet started.

    Each engine is imported only where it is used: the web side never loads vLLM or torch.
    """
    match profile.engine:
        case "vllm":
            from inference.engines.vllm import VLLMEngine

            return VLLMEngine(profile)
        case "openai":
            from inference.engines.openai import OpenAIEngine

            return OpenAIEngine(profile, key=os.environ.get("PLAYGROUND_OPENAI_KEY"))
        case "scripted":
            from inference.engines.scripted import ScriptedEngine

            return ScriptedEngine(profile)
