"""OpenAI's wire formats for chats and for bare completions: requests out, streamed chunks in."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from inference.engines.protocol import (
    Completed,
    Delta,
    EngineError,
    EngineRequest,
    FinishReason,
    Timings,
    TokenLogprob,
)

FINISH_REASONS: Mapping[str, FinishReason] = {"stop": "stop", "length": "length", "abort": "abort"}
UNKNOWN = -1


def path(request: EngineRequest) -> str:
    """Where below the API's root the request goes."""
    return "chat/completions" if request.text is None else "completions"


def body(request: EngineRequest, model: str, controls: frozenset[str]) -> dict[str, Any]:
    """The request's JSON. Only `controls` are sent: servers refuse or ignore what they don't know.

    vLLM is recognized by its controls, and asked for its token ids too.
    """
    settings = request.settings
    sent = {name: getattr(settings, name) for name in controls - {"logprobs", "stop"}}
    sent |= {"model": model, "stream": True, "stream_options": {"include_usage": True}}
    sent |= _asked(request)
    if settings.stop:
        sent["stop"] = list(settings.stop)
    if settings.logprobs is not None and "logprobs" in controls:
        sent |= _asked_logprobs(request, settings.logprobs)
    if "top_k" in controls:
        sent["return_token_ids"] = True
        if request.cache_salt:
            sent["cache_salt"] = request.cache_salt
    return sent


def _asked(request: EngineRequest) -> dict[str, Any]:
    if request.text is not None:
        return {"prompt": request.text}
    return {"messages": [{"role": m.role, "content": m.content} for m in request.messages]}


def _asked_logprobs(request: EngineRequest, alternatives: int) -> dict[str, Any]:
    if request.text is not None:
        return {"logprobs": alternatives}
    return {"logprobs": True, "top_logprobs": alternatives}


def event(line: str) -> dict[str, Any] | None:
    """The JSON of one server-sent line; None for blanks, comments and the closing mark.

    Raises EngineError when the server sends something else, or says that it failed.
    """
    if not line.startswith("data:"):
        return None
    data = line.removeprefix("data:").strip()
    if data == "[DONE]":
        return None
    try:
        parsed = json.loads(data)
    except json.JSONDecodeError as error:
        raise EngineError("The remote server sent an answer that is not JSON.") from error
    if not isinstance(parsed, dict):
        raise EngineError("The remote server sent an answer of an unknown form.")
    if "error" in parsed:
        raise EngineError(f"The remote server failed: {error_message(parsed)}")
    return parsed


def error_message(parsed: Any) -> str:
    """The server's own words, whichever of the usual places they stand in."""
    error = parsed.get("error", parsed) if isinstance(parsed, dict) else parsed
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return str(error)[:500]


class ChunkReader:
    """Reads the chunks of one answer, in order, and keeps what the end needs."""

    def __init__(self) -> None:
        self._sent = time.monotonic()
        self._first: float | None = None
        self._prompt_ids: tuple[int, ...] = ()
        self._usage: Mapping[str, Any] = {}
        self._counted = 0
        self._steps = 0
        self._finish: str | None = None
        self._stop_reason: str | int | None = None

    def delta(self, chunk: Mapping[str, Any]) -> Delta | None:
        """What `chunk` adds, or None: the role, usage and finish often come alone."""
        self._usage = chunk.get("usage") or self._usage
        self._prompt_ids = tuple(chunk.get("prompt_token_ids") or self._prompt_ids)
        choices = chunk.get("choices") or []
        if not choices:
            return None
        choice = choices[0]
        self._prompt_ids = tuple(choice.get("prompt_token_ids") or self._prompt_ids)
        self._finish = choice.get("finish_reason") or self._finish
        self._stop_reason = choice.get("stop_reason") or self._stop_reason
        return self._content(choice)

    def completed(self) -> Completed:
        """The end, once the stream is over. Raises EngineError when it was cut off."""
        if self._finish is None:
            raise EngineError("The remote server closed the stream before the answer was done.")
        reason = FINISH_REASONS.get(self._finish)
        return self._ended(reason or "stop", self._stop_reason if reason else self._finish)

    def aborted(self) -> Completed:
        """The end of an answer that was closed on our side."""
        return self._ended("abort", None)

    def _content(self, choice: Mapping[str, Any]) -> Delta | None:
        text = choice.get("text") or (choice.get("delta") or {}).get("content") or ""
        ids = tuple(choice.get("token_ids") or ())
        logprobs = _logprobs(choice.get("logprobs"), ids)
        if not text and not ids and not logprobs:
            return None
        now = time.monotonic()
        self._first = self._first or now
        self._counted += len(ids) or len(logprobs)
        self._steps += 1
        return Delta(text=text, token_ids=ids, step=self._steps, at=now, logprobs=logprobs)

    def _ended(self, reason: FinishReason, stop_reason: str | int | None) -> Completed:
        details = self._usage.get("prompt_tokens_details") or {}
        return Completed(
            finish_reason=reason,
            stop_reason=stop_reason,
            prompt_tokens=self._usage.get("prompt_tokens", len(self._prompt_ids)),
            cached_tokens=details.get("cached_tokens") or 0,
            output_tokens=self._usage.get("completion_tokens", self._counted),
            prompt_token_ids=self._prompt_ids,
            timings=Timings(
                queue=None,
                prefill=None,
                decode=None,
                ttft=self._first - self._sent if self._first else None,
            ),
        )


def _logprobs(given: Any, ids: Sequence[int]) -> tuple[TokenLogprob, ...]:
    entries = (given or {}).get("content") or _of_completion(given or {})
    known = ids if len(ids) == len(entries) else [UNKNOWN] * len(entries)
    return tuple(_token_logprob(entry, i) for entry, i in zip(entries, known, strict=True))


def _of_completion(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of a completion's log-probabilities, as a chat's entries. Alternatives that read
    alike came as one, and the chosen token beside them where it is none of them."""
    columns = [given.get(name) or [] for name in ("tokens", "token_logprobs")]
    tops = given.get("top_logprobs") or [None] * len(columns[0])
    return [
        {"token": token, "logprob": logprob, "top_logprobs": _listed(top or {})}
        for token, logprob, top in zip(*columns, tops, strict=True)
        if logprob is not None
    ]


def _listed(top: Mapping[str, float]) -> list[dict[str, Any]]:
    likeliest = sorted(top.items(), key=lambda item: -item[1])
    return [{"token": token, "logprob": logprob} for token, logprob in likeliest]


def _token_logprob(entry: Mapping[str, Any], token_id: int) -> TokenLogprob:
    top = [(other["token"], other["logprob"]) for other in entry.get("top_logprobs") or []]
    chosen = (entry["token"], entry["logprob"])
    return TokenLogprob(
        token_id=token_id,
        text=entry["token"],
        logprob=entry["logprob"],
        rank=top.index(chosen) + 1 if chosen in top else UNKNOWN,
        top=tuple((UNKNOWN, text, logprob) for text, logprob in top),
    )
