"""An engine without a model, FOR FAULT AND LOAD TESTS ONLY.

It makes up tokens on a timetable, in steps shared by all requests as a real engine does, so that
the rest of the product can be measured and broken at rates a small machine's model cannot reach.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

from inference.engines.protocol import (
    ChatMessage,
    Completed,
    Delta,
    EngineDead,
    EngineDescription,
    EngineError,
    EngineRequest,
    InvalidRequest,
)
from inference.engines.scripted_request import Script, ScriptedRequest
from inference.profiles import Profile

ALLOWING = "PLAYGROUND_ALLOW_SCRIPTED"
TOKENS_PER_MESSAGE = 3


class ScriptedEngine:
    """Emits one token for each running request every `interval` seconds.

    Arguments of the profile, all optional: `interval`, `queue_delay` and `prefill_delay` in
    seconds; `stamp`: each token's text is the time it was made (`time.time_ns()` and a space);
    `die_after`: dies once it has made that many tokens in all, once; `max_num_seqs`;
    `context_length`.
    """

    def __init__(self, profile: Profile) -> None:
        self.dead = asyncio.Event()
        self._profile = profile
        arguments = profile.engine_args
        self._script = Script.of(arguments)
        self._slots = int(arguments.get("max_num_seqs", 4096))
        self._context = int(arguments.get("context_length", 4096))
        self._tokens_left = int(arguments.get("die_after", 0)) or None
        self._waiting: deque[ScriptedRequest] = deque()
        self._running: dict[str, ScriptedRequest] = {}
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises EngineError unless the environment allows made-up answers."""
        if os.environ.get(ALLOWING) != "1":
            raise EngineError(f"The scripted engine is for tests; set {ALLOWING}=1 to allow it.")
        self._loop = asyncio.create_task(self._step_forever(), name="scripted-steps")

    async def generate(self, request: EngineRequest) -> AsyncIterator[Delta | Completed]:
        """Yield tokens as they are made. Leaving early aborts."""
        if self._loop is None or self.dead.is_set():
            raise EngineDead("The scripted engine is not running.")
        prompt_tokens = await self.count_tokens(request.messages)
        if prompt_tokens > self._context - 1:
            raise InvalidRequest(
                f"The prompt is {prompt_tokens} tokens long; at most {self._context - 1} fit."
            )
        scripted = ScriptedRequest(request, self._script, prompt_tokens + len(request.beginning))
        self._waiting.append(scripted)
        try:
            while True:
                event = await scripted.events.get()
                if isinstance(event, EngineError):
                    raise event
                yield event
                if isinstance(event, Completed):
                    return
        finally:
            self._drop(request.request_id)

    async def abort(self, request_id: str) -> None:
        for scripted in self._drop(request_id):
            scripted.end("abort")

    async def health(self) -> bool:
        return self._loop is not None and not self.dead.is_set()

    async def restart(self) -> None:
        await self.stop()
        self.dead.clear()
        await self.start()

    async def stop(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            with suppress(asyncio.CancelledError):
                await self._loop
            self._loop = None
        self._fail_all()

    def die(self) -> None:
        """Die as an engine whose process was killed: at once, in the middle of everything."""
        self.dead.set()
        self._fail_all()

    def describe(self) -> EngineDescription:
        return EngineDescription(
            engine="scripted",
            version="1",
            model=self._profile.model,
            model_revision="scripted",
            dtype="none",
            device="none",
            context_length=self._context,
            max_num_seqs=self._slots,
            flags=dict(self._profile.engine_args),
        )

    async def count_tokens(self, messages: tuple[ChatMessage, ...]) -> int:
        return sum(len(message.content.split()) + TOKENS_PER_MESSAGE for message in messages)

    async def _step_forever(self) -> None:
        """Steps are timed from a fixed start, so that a late one does not delay all the rest."""
        due = time.monotonic()
        while not self.dead.is_set():
            due = max(due + self._script.interval, time.monotonic() - self._script.interval)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._step(time.monotonic())

    def _step(self, now: float) -> None:
        while self._waiting and len(self._running) < self._slots:
            scripted = self._waiting.popleft()
            self._running[scripted.request_id] = scripted
        for scripted in list(self._running.values()):
            if scripted.is_due(now):
                scripted.emit(now)
                self._count_down()
            if scripted.ended:
                self._running.pop(scripted.request_id, None)

    def _count_down(self) -> None:
        if self._tokens_left is None:
            return
        self._tokens_left -= 1
        if self._tokens_left == 0:
            self._tokens_left = None
            self.die()

    def _fail_all(self) -> None:
        for scripted in (*self._waiting, *self._running.values()):
            scripted.events.put_nowait(EngineDead("The scripted engine died."))
        self._waiting.clear()
        self._running.clear()

    def _drop(self, request_id: str) -> list[ScriptedRequest]:
        dropped = [scripted for scripted in self._waiting if scripted.request_id == request_id]
        for scripted in dropped:
            self._waiting.remove(scripted)
        if running := self._running.pop(request_id, None):
            dropped.append(running)
        return dropped
