"""The engines of a local stack: started when they are wanted, stopped when nobody uses them.

Everything is looked at anew twice a second, so that a want, a heartbeat or a death that was missed
once changes nothing for long.
"""

import re
import signal
from collections.abc import Callable
from pathlib import Path

import redis
from redis.exceptions import RedisError

from inference import launches
from inference.launches import Supervision, Want
from inference.workers import Heartbeat, living
from playground.local.deaths import reason
from playground.local.engine import Engine
from playground.local.limits import Limits
from playground.local.loading import cause, phase
from playground.local.memory import available_mib, resident_mib
from playground.local.processes import signal_group, signal_leader
from playground.local.room import room_for
from playground.local.stack import Stack

LOOK_SECONDS = 0.5
MEASURE_SECONDS = 5.0
FORGET_SECONDS = 20.0
"""How long one waits for memory that nobody asks for any more: who still waits asks every 3 s."""
STOP_SECONDS = 15.0
MOST_DEATHS = 3
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


class Engines:
    """Call `look` often, and `died` for each process that has ended, from one lasting thread."""

    def __init__(self, stack: Stack, limits: Limits, say: Callable[[str], None]) -> None:
        self.stack = stack
        self.limits = limits
        self._say = say
        self._client = redis.Redis.from_url(
            stack.valkey.url, socket_timeout=1, socket_connect_timeout=1
        )
        self._engines = {
            stack.engine_name(name): Engine(name, always=True) for name in stack.profiles
        }
        self._looked_at = self._measured_at = -MEASURE_SECONDS

    def adopt(self, now: float) -> None:
        """Look after the engines that the stack has started itself."""
        for name, engine in self._engines.items():
            engine.process = self.stack.processes.get(name)
            engine.become("starting", now)

    def look(self, now: float) -> None:
        """One look at all of them. While Valkey is away, only what overstays is ended."""
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        self._end_overdue(now)
        try:
            self._hear(now)
            self._start_due(now)
            self._make_room(now)
            self._stop_idle(now)
            self._measure(now)
            launches.publish(self._client, self.supervision())
        except RedisError:
            return

    def supervision(self) -> Supervision:
        """How they stand, as it is published."""
        engines = self._engines.values()
        return Supervision(
            budget_mib=self.limits.memory_mib,
            taken_mib=sum(engine.mib for engine in engines if engine.is_up),
            idle_seconds=self.limits.idle_seconds,
            launches={engine.profile: engine.launch() for engine in engines},
        )

    def failed(self) -> list[str]:
        """The profiles whose engine is not tried again by itself."""
        return [engine.profile for engine in self._engines.values() if engine.state == "failed"]

    # --- what is wanted, and what is going on ----------------------------------------------------

    def _hear(self, now: float) -> None:
        for profile, want in launches.take_wants(self._client).items():
            if NAME.fullmatch(profile):
                self._grant(self._engine_of(profile), want, now)
        beats = {beat.pid: beat for beats in living(self._client).values() for beat in beats}
        for engine in self._engines.values():
            if engine.process is not None:
                self._hear_of(engine, beats.get(engine.process.pid), now)

    def _engine_of(self, profile: str) -> Engine:
        return self._engines.setdefault(self.stack.add_engine(profile), Engine(profile))

    def _grant(self, engine: Engine, want: Want, now: float) -> None:
        engine.memory_mib = want.memory_mib or engine.memory_mib
        if want.verb == "stop":
            self._end(engine, now)
            return
        engine.wanted_at = engine.used_at = now
        engine.by_person = want.by_person
        engine.again = engine.state == "stopping"
        if engine.state == "stopped" or (want.verb == "retry" and engine.state == "failed"):
            engine.deaths = 0
            engine.become("waiting", now)

    def _hear_of(self, engine: Engine, beat: Heartbeat | None, now: float) -> None:
        if engine.state == "starting":
            engine.phase = phase(self._log(engine), engine.log_from)
        if beat is None:
            return
        if engine.state == "starting" and beat.state == "ready":
            engine.took, engine.deaths = now - engine.began, 0
            engine.become("ready", now)
            engine.used_at = now
            self._measured_at = now - MEASURE_SECONDS
            if not engine.always:
                self._say(f"  The engine of {engine.profile} is ready after {engine.took:.1f} s")
        if beat.running or beat.state == "restarting" or self._waiting_for(engine):
            engine.used_at = now

    def _waiting_for(self, engine: Engine) -> int:
        return int(self._client.llen(f"engine.{engine.profile}"))

    # --- starting --------------------------------------------------------------------------------

    def _start_due(self, now: float) -> None:
        """Those that died while they loaded, once they have been left alone long enough."""
        for engine in self._engines.values():
            if engine.state == "starting" and engine.process is None and engine.due <= now:
                self._spawn(engine, now)

    def _make_room(self, now: float) -> None:
        """Start those that wait, the first first; others give way to it where that is enough."""
        waiting = [engine for engine in self._engines.values() if engine.state == "waiting"]
        for engine in sorted(waiting, key=lambda engine: engine.began):
            if not engine.by_person and now - engine.wanted_at > FORGET_SECONDS:
                engine.become("stopped", now)
                continue
            if not self._start_where_it_fits(engine, now):
                return

    def _start_where_it_fits(self, engine: Engine, now: float) -> bool:
        """Whether the next may be looked at: one that waits for memory is not overtaken."""
        up = [other for other in self._engines.values() if other.is_up]
        free = available_mib() - sum(other.still_to_come for other in up)
        held = [other.held(now) for other in up]
        room = room_for(engine.memory_mib, self.limits.memory_mib, free, held)
        if engine.always or room.answer == "start":
            engine.become("starting", now)
            self._say(f"  Starting the engine of {engine.profile}")
            self._spawn(engine, now)
        elif room.answer == "never":
            engine.become("failed", now, room.reason)
        else:
            engine.reason = room.reason
            for other in up:
                if other.profile in room.stop:
                    self._end(other, now, "It gave way to another engine.")
            return False
        return True

    def _spawn(self, engine: Engine, now: float) -> None:
        name = self.stack.engine_name(engine.profile)
        log = self._log(engine)
        engine.log_from = log.stat().st_size if log.exists() else 0
        try:
            self.stack.spawn(name)
        except OSError as error:  # as where there is no memory left to fork
            engine.become("failed", now, f"Its worker could not be started: {error.strerror}.")
            self._say(f"! {name} could not be started: {error}")
            return
        engine.process = self.stack.processes[name]

    # --- ending ----------------------------------------------------------------------------------

    def died(self, name: str, code: int, now: float) -> bool:
        """Note that a process has ended; False where it is none of the engines'."""
        engine = self._engines.get(name)
        if engine is None:
            return False
        engine.process, engine.resident_mib = None, 0
        if engine.state == "stopping":
            engine.become("waiting" if engine.again else "stopped", now, engine.reason)
            engine.again = False
            self._say(f"  The engine of {engine.profile} has stopped")
        elif engine.state == "starting":
            self._died_loading(engine, code, now)
        else:
            self._died_at_work(engine, code, now)
        return True

    def _died_loading(self, engine: Engine, code: int, now: float) -> None:
        engine.deaths += 1
        why = cause(self._log(engine), engine.log_from) or f"Its worker {reason(code)}."
        if engine.deaths < MOST_DEATHS:
            self._leave_alone(engine, code, now)
            return
        engine.become("failed", now, why)
        self._say(
            f"! The engine of {engine.profile} died {MOST_DEATHS} times while it loaded and is not "
            f"started again: {why}\n  The whole log: {self._log(engine)}"
        )

    def _died_at_work(self, engine: Engine, code: int, now: float) -> None:
        """One that is on demand starts again when the next want comes, which is at once where it
        had anything to do."""
        if engine.always:
            engine.become("starting", now)
            self._leave_alone(engine, code, now)
        else:
            self._mourn(engine, code, "it starts again when it is wanted")
            engine.become("stopped", now, f"Its worker {reason(code)}.")

    def _leave_alone(self, engine: Engine, code: int, now: float) -> None:
        engine.due = engine.backoff.died(now)
        self._mourn(engine, code, f"starting it again in {engine.due - now:.1f} s")

    def _mourn(self, engine: Engine, code: int, what_next: str) -> None:
        name = self.stack.engine_name(engine.profile)
        self._say(
            f"! {name} {reason(code)}; {what_next}. Its last lines ({self._log(engine)}):\n"
            f"{self.stack.last_words(name)}"
        )

    def _end(self, engine: Engine, now: float, why: str = "") -> None:
        if engine.always or engine.state in ("stopped", "stopping"):
            return
        if engine.process is None:
            engine.become("stopped", now, why)
            return
        engine.become("stopping", now, why)
        engine.again = False
        signal_leader(engine.process, signal.SIGTERM)

    def _end_overdue(self, now: float) -> None:
        limits = {"stopping": STOP_SECONDS, "starting": self.limits.start_seconds}
        for engine in self._engines.values():
            limit = limits.get(engine.state)
            if limit and engine.process and now - engine.began > limit:
                signal_group(engine.process, signal.SIGKILL)

    def _stop_idle(self, now: float) -> None:
        idle_seconds = self.limits.idle_seconds
        for engine in self._engines.values():
            if engine.state == "ready" and now - engine.used_at > idle_seconds:
                self._end(engine, now, f"It was idle for {_span(idle_seconds)}.")

    # --- looking ---------------------------------------------------------------------------------

    def _measure(self, now: float) -> None:
        if now - self._measured_at < MEASURE_SECONDS:
            return
        self._measured_at = now
        for engine in self._engines.values():
            if engine.process is not None:
                engine.resident_mib = resident_mib(engine.process.pid)

    def _log(self, engine: Engine) -> Path:
        return self.stack.log_of(self.stack.engine_name(engine.profile))


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
