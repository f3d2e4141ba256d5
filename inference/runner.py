"""One worker's engine and everything it runs, on one asyncio loop in a thread of its own.

Celery's task threads hand in ids and wait; all generations share the loop, so that the engine
sees them together and batches them.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from redis.exceptions import RedisError

from inference import exporting, ledger, outcome, tracing, turns
from inference.batching import Batcher
from inference.cancellation import cancel_all
from inference.control import stops
from inference.decoding.controls import sampling_settings
from inference.decoding.going_on import going_on
from inference.emitter import Emitter
from inference.engines.protocol import (
    ChatMessage,
    Completed,
    Engine,
    EngineDead,
    EngineError,
    EngineRequest,
    InvalidRequest,
)
from inference.engines.protocol import Delta as EngineDelta
from inference.events import StatusChange
from inference.heap import settle
from inference.ledger import Claim, Finished, Release, Released
from inference.live import Live
from inference.stores import valkey, valkey_async
from inference.workers import HEARTBEAT_SECONDS, Heartbeat, State, beat_sync

log = structlog.get_logger(__name__)
DEADLINE_SECONDS = 600.0
WORKER_LOST = "The engine stopped while this was running."


def _nothing() -> None:
    """What happens where nobody asked to be told."""


class Runner:
    """Claims, runs, streams and settles the generations of one engine.

    `node` names this worker process; it owns the leases. `on_engine_lost` is called when the
    engine has died, `on_engine_back` when it has been built anew, `on_failure` when the loop has
    ended by an error and this worker can do nothing more.
    """

    def __init__(self, engine: Engine, profile: str, node: str) -> None:
        self.engine = engine
        self.profile = profile
        self.node = node
        self.state: State = "loading"
        self.on_engine_lost: Callable[[], object] = _nothing
        self.on_engine_back: Callable[[], object] = _nothing
        self.on_failure: Callable[[], object] = _nothing
        self._capacity = 0
        self._lives: dict[int, Live] = {}
        self._claiming: set[int] = set()
        self._stopped_early: set[int] = set()
        self._draining = False
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._database = ThreadPoolExecutor(2, thread_name_prefix="ledger")
        self._thread = threading.Thread(target=self._run_loop, name="engine-loop", daemon=True)

    # --- called from other threads ---------------------------------------------------------------

    def start(self) -> None:
        """Load the engine; returns when it can answer. Raises what made it fail."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def submit(self, generation: int) -> "Future[None]":
        """Run a generation; the future resolves when it has ended or was handed on."""
        return self._call(self._generate(generation))

    def drain(self, seconds: float) -> None:
        """Let what runs finish, at most so long; hand the rest back. Blocks."""
        self._draining = True
        self.state = "draining"
        with suppress(CancelledError):  # all had ended, and the loop with them
            self._call(self._drain(seconds)).result()

    def stop(self) -> None:
        """Stop the engine and the loop."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=15)

    def _call(self, coroutine: Coroutine[Any, Any, None]) -> "Future[None]":
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    # --- the loop --------------------------------------------------------------------------------

    def _run_loop(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
            if self._ready.is_set():
                log.critical("the worker's loop failed", profile=self.profile, error=repr(error))
                self.on_failure()
            raise
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._engine_ready = asyncio.Event()
        self._client = valkey_async()
        self.emitter = Emitter(self._client)
        self._claims = Batcher(partial(ledger.claim, self.node), self._database)
        self._ends = Batcher(partial(ledger.finish, self.node), self._database)
        self._releases = Batcher(partial(ledger.release, self.node), self._database)
        async with asyncio.TaskGroup() as group:
            duties = [group.create_task(self._beat())]
            await self.engine.start()
            settle()
            self._become_ready()
            duties += [
                group.create_task(duty)
                for duty in (
                    self.emitter.run(),
                    self._renew(),
                    self._watch_engine(),
                    stops(self._stop_some),
                    self._export(),
                )
            ]
            await self._stopping.wait()
            await cancel_all(duties)
        await self.engine.stop()
        await self._client.aclose()

    def _become_ready(self) -> None:
        self.state = "draining" if self._draining else "ready"
        self._capacity = self.engine.describe().max_num_seqs
        self._engine_ready.set()
        self._ready.set()
        log.info("engine ready", profile=self.profile, node=self.node)

    async def _beat(self) -> None:
        while True:
            described = self.engine.describe() if self._engine_ready.is_set() else None
            heartbeat = Heartbeat(
                profile=self.profile,
                node=self.node,
                state=self.state,
                running=len(self._lives),
                capacity=described.max_num_seqs if described else 0,
                pid=os.getpid(),
                engine=described.engine if described else "",
                model=described.model if described else "",
                context_length=described.context_length if described else 0,
                dtype=described.dtype if described else "",
                device=described.device if described else "",
                attention=described.attention if described else "",
            )
            try:
                await asyncio.to_thread(beat_sync, valkey(), heartbeat)
            except RedisError as error:
                log.warning("heartbeat not written", error=str(error))
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _export(self) -> None:
        """Publish figures, where someone scrapes them."""
        exporting.RUNNING.labels(self.profile).set_function(lambda: len(self._lives))
        exporting.RELAY_WAITING.labels(self.profile).set_function(lambda: self.emitter.waiting)
        await exporting.publish_forever(self.profile, self.node)

    async def _renew(self) -> None:
        batcher = Batcher(self._renew_all, self._database)
        while True:
            await asyncio.sleep(ledger.RENEW_SECONDS)
            ids = tuple(self._lives)
            if not ids:
                continue
            held = await batcher.add(ids)
            for id in ids:
                live = self._lives.get(id)
                if live is None:
                    continue
                if id not in held:
                    live.abandoned = "lease lost"
                    await self.engine.abort(live.engine_id)
                elif held[id]:
                    await self._stop(live)

    def _renew_all(self, batches: Any) -> list[dict[int, bool]]:
        return [ledger.renew(self.node, ids) for ids in batches]

    async def _watch_engine(self) -> None:
        """Build the engine anew when it has died; meanwhile nothing is claimed."""
        while True:
            await self.engine.dead.wait()
            self.state = "draining" if self._draining else "restarting"
            self._engine_ready.clear()
            log.error("engine died", profile=self.profile, running=len(self._lives))
            self.on_engine_lost()
            while self._lives:
                await asyncio.sleep(0.05)
            await self.engine.restart()
            exporting.RESTARTS.labels(self.profile).inc()
            self._become_ready()
            self.on_engine_back()

    # --- stopping --------------------------------------------------------------------------------

    async def _stop_some(self, generations: list[int]) -> None:
        for id in generations:
            if (live := self._lives.get(id)) is not None:
                await self._stop(live)
            elif id in self._claiming:
                self._stopped_early.add(id)

    async def _stop(self, live: Live) -> None:
        live.stop_requested = True
        await self.engine.abort(live.engine_id)

    async def _drain(self, seconds: float) -> None:
        # Those that wait for an engine being built anew wake up, and are sent on.
        self._engine_ready.set()
        try:
            async with asyncio.timeout(seconds):
                while self._lives or self._claiming:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            while self._lives or self._claiming:
                for live in list(self._lives.values()):
                    live.abandoned = live.abandoned or "The worker was restarted."
                    await self.engine.abort(live.engine_id)
                await asyncio.sleep(0.05)
        await self.emitter.drained()

    # --- one generation --------------------------------------------------------------------------

    async def _generate(self, generation: int) -> None:
        await self._engine_ready.wait()
        if self._draining:
            await self._send_on(generation)
            return
        claim = await self._claim(generation)
        if claim is None:
            return
        exporting.record_start(self.profile, claim.dispatch_us)
        if claim.request_id:  # a task that was sent again carries none
            structlog.contextvars.bind_contextvars(request_id=claim.request_id)
        with tracing.span("generation", generation=generation, profile=self.profile):
            await self._run(claim)

    async def _run(self, claim: Claim) -> None:
        generation = claim.id
        load = self._load_beside(claim.request_id)
        live = self._lives[generation] = Live(generation, claim.attempt, claim.request_id, load)
        live.stop_requested = generation in self._stopped_early
        self._stopped_early.discard(generation)
        try:
            end = await self._stream(claim, live)
            if isinstance(end, Completed):
                tracing.stages(end.timings, live.gaps_us)
            with tracing.span("finish", generation=generation):
                await self._settle(claim, live, end)
        finally:
            self._lives.pop(generation, None)
            self.emitter.forget(generation)

    def _load_beside(self, request: str) -> tuple[int, int]:
        """How many generations of other requests the engine runs now, and how many wait in it."""
        others = sum(not request or live.request != request for live in self._lives.values())
        running = min(others, self._capacity)
        return running, others - running

    async def _claim(self, generation: int) -> Claim | None:
        """Take the lease. A stop that comes meanwhile is kept for when it runs."""
        self._claiming.add(generation)
        try:
            with tracing.span("claim", generation=generation):
                claim = await self._claims.add(generation)
        finally:
            self._claiming.discard(generation)
        if claim is None:
            self._stopped_early.discard(generation)
        return claim

    async def _send_on(self, generation: int) -> None:
        """Leave it to another worker: this one is about to end."""
        waiting = Released(generation, 0, "queued", self.profile)
        await asyncio.get_running_loop().run_in_executor(
            self._database, outcome.send_again, waiting
        )

    async def _stream(self, claim: Claim, live: Live) -> Completed | str | None:
        """Run the engine: its end, or why it failed, or None where the attempt is lost."""
        self.emitter.event(
            StatusChange(generation=claim.id, attempt=claim.attempt, status="prefilling"), live
        )
        beginning = tuple(claim.beginning or ())
        request = EngineRequest(
            request_id=live.engine_id,
            messages=tuple(ChatMessage(**message) for message in claim.messages),
            settings=going_on(sampling_settings(claim.settings, claim.seed), len(beginning)),
            cache_salt=f"team-{claim.team_id}",
            beginning=beginning,
        )
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                async for item in self.engine.generate(request):
                    if isinstance(item, EngineDelta):
                        self.emitter.piece(live, live.add(item))
                        if live.stop_requested:
                            # The stop came before the engine knew of the request.
                            await self.engine.abort(request.request_id)
                    elif not live.abandoned:
                        return item
        except EngineDead:
            live.abandoned = WORKER_LOST
        except InvalidRequest as error:
            return str(error)
        except EngineError as error:
            log.warning("generation failed", generation=claim.id, error=str(error))
            return str(error)
        except TimeoutError:
            await self.engine.abort(request.request_id)
            return f"It ran longer than {DEADLINE_SECONDS:g} s and was ended. Lower Max tokens."
        return None

    async def _settle(self, claim: Claim, live: Live, end: Completed | str | None) -> None:
        """Write the end to Postgres, then tell the world."""
        if end is None:
            exporting.LOST.labels(self.profile).inc()
            lost = Release(claim.id, claim.attempt, live.text, live.abandoned)
            await self._hand_back(lost, await self._releases.add(lost))
            return
        result = outcome.result(claim, live, end, self.engine.describe())
        finished: Finished | None = await self._ends.add(result)
        if finished is not None:
            self.emitter.event(outcome.ended(claim, result, finished))
            exporting.record_end(self.profile, result, finished.e2e_us)
            if claim.sequence is not None:
                await asyncio.get_running_loop().run_in_executor(
                    self._database, turns.go_on, claim.sequence
                )

    async def _hand_back(self, lost: Release, released: Released | None) -> None:
        if released is None:
            return
        self.emitter.event(outcome.handed_back(released, lost))
        if released.status == "queued":
            await asyncio.get_running_loop().run_in_executor(
                self._database, outcome.send_again, released
            )
