"""What a profile is, and which controls each kind of engine keeps to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from inference.decoding.methods import DECODING_CONTROLS, STRUCTURE_CONTROLS, VOCABULARY_CONTROLS

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

VLLM_SERVER_CONTROLS = STANDARD_CONTROLS | {
    "top_k",
    "min_p",
    "repetition_penalty",
    "min_tokens",
    "ignore_eos",
}
"""What a vLLM server elsewhere knows beyond that."""

VLLM_CONTROLS = VLLM_SERVER_CONTROLS | DECODING_CONTROLS | {"score_prompt"}
"""What an engine in the worker's own process does, with the methods of our own."""

SCRIPTED_CONTROLS = frozenset({"max_tokens", "stop", "seed", "logprobs"})

SPECULATIVE_CONTROLS = (
    (VLLM_SERVER_CONTROLS - {"min_p"})
    | (VOCABULARY_CONTROLS - {"logit_bias"})
    | STRUCTURE_CONTROLS
    | {"score_prompt"}
)
"""vLLM refuses min_p, logit_bias and all logits processors of one's own beside speculation."""


@dataclass(frozen=True, slots=True)
class Speculation:
    """How tokens are guessed ahead, to be checked by the model in one step.

    `method` is vLLM's name for it; `model` is the guessing model's folder or name, "" where none
    is needed. `options` are further fields of vLLM's speculative configuration.
    """

    method: str
    num_speculative_tokens: int
    model: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        """As `speculative_config` of vLLM's engine arguments wants it."""
        model = {"model": self.model} if self.model else {}
        tokens = {"num_speculative_tokens": self.num_speculative_tokens}
        return {"method": self.method, **tokens, **model, **self.options}


@dataclass(frozen=True, slots=True)
class Profile:
    """One thing to run a prompt on.

    `engine_args` go to the engine as they are (for vLLM: the names of `AsyncEngineArgs`);
    `environment` is set in the worker's process before the engine is loaded. `controls` names the
    fields of SamplingSettings that this engine honors. `shows` says what there is to see by it.
    `memory_mib` is what its worker and its engine process hold together. One that is `on_demand`
    is started when someone wants it. `packages` must be importable where it runs; without a GPU its
    processor must have one of `processor` (names of /proc/cpuinfo). `fault` is what is wrong with
    its declaration, "" where nothing is.
    """

    name: str
    title: str
    summary: str
    engine: EngineKind
    model: str
    engine_args: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    controls: frozenset[str] = VLLM_CONTROLS
    shows: str = ""
    memory_mib: int = 0
    needs_gpu: bool = False
    needs_cpu: bool = False
    speculation: Speculation | None = None
    quantization: str = ""
    on_demand: bool = False
    packages: tuple[str, ...] = ()
    processor: tuple[str, ...] = ()
    fault: str = ""

    @property
    def card_path(self) -> Path | None:
        """The measured figures beside a built-in model's weights, where there are any."""
        path = Path(self.model) / "figures.json"
        return path if path.is_file() else None

    @property
    def card(self) -> dict[str, Any]:
        """What `card_path` holds: parameters, perplexity by kind of text, …; else nothing."""
        path = self.card_path
        return dict(json.loads(path.read_text())) if path else {}
