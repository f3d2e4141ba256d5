"""What stands at the other end of an OpenAI-compatible address, found by asking it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from inference.engines.protocol import ChatMessage, EngineError, text_of
from inference.profiles import STANDARD_CONTROLS, VLLM_SERVER_CONTROLS

PROBE_TIMEOUT = 1.5


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """The server's answers about itself. `context_length` is None where it does not say."""

    model: str
    revision: str
    version: str
    is_vllm: bool
    context_length: int | None

    @property
    def controls(self) -> frozenset[str]:
        """The fields of SamplingSettings it honors."""
        return VLLM_SERVER_CONTROLS if self.is_vllm else STANDARD_CONTROLS


def roots(url: str) -> tuple[str, str]:
    """The server's root and its API's root, from an address given with or without /v1."""
    root = url.rstrip("/").removesuffix("/v1")
    return root, f"{root}/v1"


async def discover(client: httpx.AsyncClient, url: str, wanted: str) -> RemoteServer:
    """Ask for the models and the version. Raises EngineError when `wanted` is not served."""
    root, api = roots(url)
    try:
        response = await client.get(f"{api}/models")
        response.raise_for_status()
        models = response.json()["data"]
        version = await _vllm_version(client, root)
    except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        raise EngineError(f"The remote server did not list its models: {error}") from error
    found = _pick(models, wanted)
    is_vllm = version is not None or found.get("owned_by") == "vllm"
    return RemoteServer(
        model=found["id"],
        revision=str(found.get("root") or found["id"]),
        version=version or "unknown",
        is_vllm=is_vllm,
        context_length=found.get("max_model_len"),
    )


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    """Whether the server is up: by /health, or by its list of models where there is none."""
    root, api = roots(url)
    try:
        response = await client.get(f"{root}/health", timeout=PROBE_TIMEOUT)
        if response.status_code == httpx.codes.NOT_FOUND:
            response = await client.get(f"{api}/models", timeout=PROBE_TIMEOUT)
    except httpx.HTTPError:
        return False
    return response.is_success


async def count_tokens(
    client: httpx.AsyncClient, url: str, model: str, messages: tuple[ChatMessage, ...]
) -> int:
    """The prompt's length by vLLM's own tokenizer route. Raises EngineError."""
    root, _ = roots(url)
    text = text_of(messages)
    conversation = [{"role": m.role, "content": m.content} for m in messages]
    asked = {"messages": conversation} if text is None else {"prompt": text}
    try:
        response = await client.post(f"{root}/tokenize", json={"model": model, **asked})
        response.raise_for_status()
        return int(response.json()["count"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise EngineError(f"The remote server could not count the prompt: {error}") from error


async def _vllm_version(client: httpx.AsyncClient, root: str) -> str | None:
    response = await client.get(f"{root}/version", timeout=PROBE_TIMEOUT)
    if not response.is_success or "json" not in response.headers.get("content-type", ""):
        return None
    version = response.json().get("version")
    return str(version) if version else None


def _pick(models: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    for model in models:
        if model["id"] == wanted or not wanted:
            return model
    offered = ", ".join(str(model["id"]) for model in models) or "none"
    raise EngineError(f"The remote server does not serve {wanted}; it serves {offered}.")
