"""A lane's settings as fields of a request for completions, as vLLM's own server reads them.

The standard fields are those of OpenAI's API; the others are vLLM's additions to it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.decoding.bias import biases, token_id
from inference.decoding.controls import BY_NAME
from inference.decoding.structure import choices
from inference.engines.protocol import TEXT

STANDARD = (
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "stop",
    "presence_penalty",
    "frequency_penalty",
)
ADDED = ("top_k", "min_p", "repetition_penalty", "min_tokens", "ignore_eos", "bad_words")
OWN_METHODS = (
    "typical_p",
    "xtc_probability",
    "xtc_threshold",
    "mirostat_tau",
    "mirostat_eta",
    "dry_multiplier",
    "dry_base",
    "dry_allowed_length",
    "temperature_end",
    "temperature_tokens",
)
"""Numbers for this product's logits processors: a server needs these to be loaded."""

WITH_OTHERS = frozenset({"structure_text", "length_penalty"})
"""Settings that are read together with another one."""

LEFT_OUT = {"choose": "all samples come back, and the choice among them is yours."}


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request's JSON: `standard` fields, `added` ones of vLLM's, and in words what no such
    request can say (`left_out`) or what its server must have (`needs`)."""

    model: str
    messages: Sequence[Mapping[str, str]]
    standard: Mapping[str, Any]
    added: Mapping[str, Any]
    left_out: Sequence[str]
    needs: Sequence[str]

    @property
    def is_text(self) -> bool:
        """Whether the prompt is a text to go on from, for the route without a chat template."""
        return self.messages[0]["role"] == TEXT

    @property
    def path(self) -> str:
        """Below the address that ends in /v1."""
        return "completions" if self.is_text else "chat/completions"

    @property
    def asked(self) -> dict[str, Any]:
        """The prompt, as its route takes it."""
        if self.is_text:
            return {"prompt": self.messages[0]["content"]}
        return {"messages": [dict(message) for message in self.messages]}

    @property
    def body(self) -> dict[str, Any]:
        """The whole JSON, streaming."""
        first = {"model": self.model, **self.asked}
        return {**first, **self.standard, "stream": True, **self.added}


def request_of(
    model: str, messages: Sequence[Mapping[str, str]], settings: Mapping[str, Any], seed: int | None
) -> WireRequest:
    """The request that a lane makes with these settings, as resolved; `seed` where one is drawn.

    A setting that is empty is not sent: the server's default is the same.
    """
    given = {name: value for name, value in settings.items() if value not in (None, [], "")}
    if seed is not None:
        given["seed"] = seed
    standard = {name: given[name] for name in STANDARD if name in given}
    added = {name: given[name] for name in ADDED if name in given}
    if "logprobs" in given:
        standard |= _logprobs(given["logprobs"], is_text=messages[0]["role"] == TEXT)
    if given.get("samples", 1) > 1:
        standard["n"] = given["samples"]
    for part in (_bias, _structure, _beams):
        some_standard, some_added = part(given)
        standard |= some_standard
        added |= some_added
    own = {name: given[name] for name in OWN_METHODS if name in given}
    if own:
        added["vllm_xargs"] = own
    return WireRequest(model, messages, standard, added, _left_out(given), _needs(own))


Fields = tuple[dict[str, Any], dict[str, Any]]


def _logprobs(alternatives: int, *, is_text: bool) -> dict[str, Any]:
    """The two routes name it differently."""
    if is_text:
        return {"logprobs": alternatives}
    return {"logprobs": True, "top_logprobs": alternatives}


def _bias(given: Mapping[str, Any]) -> Fields:
    """Only ids can be sent: which id a text has, the model's tokenizer alone knows."""
    by_id = {token_id(text): bias for text, bias in biases(given.get("logit_bias", ()))}
    numbered = {str(id): bias for id, bias in by_id.items() if id is not None}
    return ({"logit_bias": numbered}, {}) if numbered else ({}, {})


def _structure(given: Mapping[str, Any]) -> Fields:
    kind, text = given.get("structure", "none"), given.get("structure_text", "")
    readers: dict[str, Callable[[str], Any]] = {
        "json": json.loads,
        "choice": choices,
    }
    if kind == "none":
        return {}, {}
    return {}, {"structured_outputs": {kind: readers.get(kind, str)(text)}}


def _beams(given: Mapping[str, Any]) -> Fields:
    if given.get("beam_width", 1) < 2:
        return {}, {}
    beams = {"use_beam_search": True, "length_penalty": given.get("length_penalty", 1.0)}
    return {"n": given["beam_width"]}, beams


def _left_out(given: Mapping[str, Any]) -> list[str]:
    """In words, the settings that such a request cannot carry."""
    sent = {*STANDARD, *ADDED, *OWN_METHODS, *WITH_OTHERS}
    sent |= {"logprobs", "samples", "structure", "beam_width"}
    texts = [text for text, _ in biases(given.get("logit_bias", ())) if token_id(text) is None]
    words = [f"Logit bias of “{text}”: give its token id." for text in texts]
    return words + [
        f"{BY_NAME[name].label}: {LEFT_OUT.get(name, 'this API has no field for it.')}"
        for name in given
        if name not in sent | {"logit_bias"} and given[name] != "first"
    ]


def _needs(own: Mapping[str, Any]) -> list[str]:
    if not own:
        return []
    labels = ", ".join(BY_NAME[name].label for name in own)
    return [f"{labels}: the server must load the playground's logits processors."]
