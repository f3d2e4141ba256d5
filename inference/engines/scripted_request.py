"""One request of the scripted engine, and the timetable it follows."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from inference.engines.protocol import (
    Completed,
    Delta,
    EngineError,
    EngineRequest,
    FinishReason,
    Flag,
    Timings,
    TokenLogprob,
)

WORDS = ("the", "brown", "fox", "found", "a", "lantern", "near", "an", "old", "bridge")


def alternatives(chosen: int, number: int, kept: int | None) -> tuple[TokenLogprob, ...]:
    """Made-up probabilities of the `number`-th token: the chosen word takes each rank in turn, and
    each rank has 0.6 of the likelihood of the one before."""
    if kept is None:
        return ()
    rank = number % len(WORDS)
    ids = [(chosen + place - rank) % len(WORDS) for place in range(len(WORDS))]
    listed = [(id, WORDS[id] + " ", math.log(0.4 * 0.6**place)) for place, id in enumerate(ids)]
    _, text, logprob = listed[rank]
    return (TokenLogprob(chosen, text, logprob, rank + 1, tuple(listed[:kept])),)


@dataclass(frozen=True, slots=True)
class Script:
    """When tokens come, in seconds, and whether they carry the time they were made at."""

    interval: float
    queue_delay: float
    prefill_delay: float
    stamp: bool

    @classmethod
    def of(cls, arguments: Mapping[str, Flag]) -> Self:
        return cls(
            interval=float(arguments.get("interval", 1 / 30)),
            queue_delay=float(arguments.get("queue_delay", 0.0)),
            prefill_delay=float(arguments.get("prefill_delay", 0.0)),
            stamp=bool(arguments.get("stamp", False)),
        )


class ScriptedRequest:
    """Makes the tokens of one request and hands them over in `events`."""

    def __init__(self, request: EngineRequest, script: Script, prompt_tokens: int) -> None:
        self.request_id = request.request_id
        self.events: asyncio.Queue[Delta | Completed | EngineError] = asyncio.Queue()
        self.ended = False
        self._settings = request.settings
        self._script = script
        self._prompt_tokens = prompt_tokens
        self._queued = time.monotonic()
        self._first = self._last = 0.0
        self._tokens = 0
        self._text = ""

    def is_due(self, now: float) -> bool:
        """Whether queueing and prefill are over."""
        return now >= self._queued + self._script.queue_delay + self._script.prefill_delay

    def emit(self, now: float) -> None:
        """Make the next token, and the end where it is the last."""
        text = self._next_text()
        self._tokens += 1
        self._first = self._first or now
        self._last = now
        kept, stop = self._until_stop(text)
        token_id = (self._settings.seed + self._tokens) % len(WORDS)
        logprobs = alternatives(token_id, self._tokens, self._settings.logprobs)
        self.events.put_nowait(Delta(kept, (token_id,), self._tokens, now, logprobs))
        if stop is not None:
            self.end("stop", stop)
        elif self._tokens >= self._settings.max_tokens:
            self.end("length")

    def end(self, reason: FinishReason, stop: str | None = None) -> None:
        """Complete the request with what there is so far."""
        self.ended = True
        timings = self._timings()
        self.events.put_nowait(
            Completed(reason, stop, self._prompt_tokens, 0, self._tokens, (), timings)
        )

    def _next_text(self) -> str:
        if self._script.stamp:
            return f"{time.time_ns()} "
        return WORDS[(self._settings.seed + self._tokens) % len(WORDS)] + " "

    def _until_stop(self, text: str) -> tuple[str, str | None]:
        """The part of `text` before a stop string, and that string. Text that was handed over
        already is not taken back, as it would be if a stop string spanned tokens."""
        if not self._settings.stop:
            return text, None
        before = len(self._text)
        self._text += text
        for stop in self._settings.stop:
            if (at := self._text.find(stop)) >= 0:
                return self._text[before : max(at, before)], stop
        return text, None

    def _timings(self) -> Timings:
        if not self._first:
            return Timings(queue=None, prefill=None, decode=None, ttft=None)
        return Timings(
            queue=self._script.queue_delay,
            prefill=self._first - self._queued - self._script.queue_delay,
            decode=self._last - self._first,
            ttft=self._first - self._queued,
        )
