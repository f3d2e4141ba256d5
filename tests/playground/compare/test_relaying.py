"""From an engine's pieces to a browser's lane, over a Valkey that loses requests and answers.

The emitter, the relay's assembly, the watch, its cursor and the outbox are the real ones; a
list of steps decides when each of them gets to run.
"""

import asyncio
import json
from collections.abc import Iterator
from unittest.mock import patch

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import emitter as emitter_module
from inference.emitter import Emitter
from inference.engines.protocol import Delta as EngineDelta
from inference.engines.protocol import TokenLogprob
from inference.events import Ended, GenerationEvent, Snapshot
from inference.live import Live
from inference.relay import assemble, decode_events, marks_key, snapshot_key, with_marks
from playground.compare.cursor import Cursor, Gap
from playground.compare.hub import Watch
from playground.compare.outbox import Outbox
from tests.playground.compare.lane import Lane
from tests.playground.compare.lossy_valkey import Fault, LossyValkey

ID = 5


class Relaying:
    def __init__(self) -> None:
        self.patches = [
            patch.object(emitter_module, "SNAPSHOT_SECONDS", 0.0),
            patch.object(emitter_module, "RETRY_SECONDS", 0.0),
        ]
        for each in self.patches:
            each.start()
        self.loop = asyncio.new_event_loop()
        self.valkey = LossyValkey()
        self.emitter, self.live = Emitter(self.valkey), Live(ID, 1)  # type: ignore[arg-type]
        self.writing = self.loop.create_task(self.emitter.run())
        self.said: dict[int, list[str]] = {1: []}
        self.read, self.found, self.ended = 0, None, False
        self.outbox, self.lane = Outbox(), Lane()
        self.watch = Watch(ID, Cursor(), self.outbox.put)

    # --- the worker ---

    def say(self) -> None:
        said = self.said[self.live.attempt]
        said.append(f"{self.live.attempt}.{len(said)} ")
        drawn = (TokenLogprob(1, said[-1], -0.5, len(said), ()),)
        self.emitter.piece(self.live, self.live.add(EngineDelta(said[-1], (1,), 1, 0.0, drawn)))

    def lose_the_attempt(self) -> None:
        self.emitter.forget(ID)
        self.live = Live(ID, self.live.attempt + 1)
        self.said[self.live.attempt] = []

    def write(self, fault: Fault = "none") -> None:
        self.valkey.fault = fault
        self.run_loop()

    def lose_a_request(self) -> None:
        self.write("request")

    def lose_an_answer(self) -> None:
        self.write("answer")

    def trim(self) -> None:
        if (snapshot := self.stored()) is not None:
            self.valkey.trim(snapshot.entry)

    # --- the web process ---

    def follow(self, count: int = 2) -> None:
        for id, fields in [entry for entry in self.valkey.entries if entry[0] > self.read][:count]:
            self.read = id
            self.offer(decode_events(fields))

    def lose_the_stream(self) -> None:
        self.read = max((id for id, _ in self.valkey.entries), default=self.read)
        self.catch_up_anew()

    def look_away(self) -> None:
        """Entries pass between looking up the text and following the stream again."""
        self.look_up()
        self.say()
        self.write()
        self.lose_the_stream()
        self.catch_up()

    def look_up(self) -> None:
        self.found = self.latest()

    def catch_up(self) -> None:
        if self.watch.backlog is None:
            return
        for event in (self.found, *self.from_postgres()):
            if event is not None and (fresh := self.watch.cursor.admit(event)) is not None:
                self.outbox.put(fresh)
        self.found = None
        try:
            self.watch.go_live()
        except Gap:
            self.watch.backlog = []

    def send(self) -> None:
        if self.outbox._ready.is_set():
            frame = self.loop.run_until_complete(self.outbox.take())
            self.lane.apply(json.loads(frame)["events"])

    def the_lane_shows_what_was_said(self) -> None:
        said = self.said.get(self.lane.attempt, [])
        assert self.lane.text == "".join(said[: self.lane.seq])

    def end(self) -> None:
        """Let it end: then the lane holds the last attempt, whole."""
        self.ended = True
        self.emitter.event(
            Ended(generation=ID, attempt=self.live.attempt, status="done", finish_reason="stop",
                  error="", metrics={}, seq=self.live.seq)
        )  # fmt: skip
        for _ in range(3):
            self.write()
            self.follow(1000)
            self.catch_up()
            self.look_up()
            self.send()
        assert self.lane.end
        assert self.lane.text == "".join(self.said[self.live.attempt])

    def close(self) -> None:
        self.writing.cancel()
        self.loop.run_until_complete(asyncio.gather(self.writing, return_exceptions=True))
        self.loop.close()
        for each in self.patches:
            each.stop()

    # --- steps ---

    def run_loop(self) -> None:
        async def turns() -> None:
            for _ in range(12):
                await asyncio.sleep(0)

        self.loop.run_until_complete(turns())

    def offer(self, events: list[GenerationEvent]) -> None:
        for event in events:
            try:
                self.watch.offer(event)
            except Gap:
                self.catch_up_anew()

    def catch_up_anew(self) -> None:
        if self.watch.backlog is None:
            self.watch.backlog = []

    def stored(self) -> Snapshot | None:
        raw = self.valkey.keys.get(snapshot_key(ID))
        return None if raw is None else msgspec.msgpack.decode(raw, type=Snapshot)

    def latest(self) -> Snapshot | None:
        snapshot = self.stored()
        if snapshot is None:
            return None
        entries = self.valkey.since(snapshot.entry)
        told = with_marks(snapshot, self.valkey.keys.get(marks_key(ID), b""))
        found = assemble(ID, told, (event for fields in entries for event in decode_events(fields)))
        assert found is not None
        self.tells_all_or_nothing(found)
        return found

    def tells_all_or_nothing(self, found: Snapshot) -> None:
        if found.marks:
            assert len(found.ids) == found.tokens
            assert "".join(text for text, *_ in found.marks) == found.text
            assert [rank for _, _, rank, _ in found.marks] == list(range(1, found.tokens + 1))

    def from_postgres(self) -> Iterator[GenerationEvent]:
        if self.ended:
            text = "".join(self.said[self.live.attempt])
            yield Ended(
                generation=ID,
                attempt=self.live.attempt,
                status="done",
                finish_reason="stop",
                error="",
                metrics={},
                text=text,
            )


WORKER = ["say", "say", "say", "write", "write", "lose_a_request", "lose_an_answer"]
WEB = ["follow", "follow", "look_up", "look_up", "catch_up", "catch_up", "send"]
RARE = ["lose_the_stream", "look_away", "lose_the_attempt", "trim"]
steps = st.sampled_from([*WORKER, *WEB, *RARE])


@given(st.lists(steps, min_size=40, max_size=100))
@settings(max_examples=200, deadline=None)
def test_it_never_leaves_a_hole_and_never_repeats(story: list[str]) -> None:
    relaying = Relaying()
    try:
        for step in story:
            getattr(relaying, step)()
            relaying.the_lane_shows_what_was_said()
        relaying.end()
    finally:
        relaying.close()
