"""What one watcher of a generation has been given, and what it should be given next.

Snapshots, replays and live events overlap in any way. A cursor lets each piece through once, in
order, and notices a hole instead of hiding it.
"""

from dataclasses import dataclass

from inference.events import Delta, Ended, GenerationEvent, Snapshot, StatusChange


class Gap(Exception):
    """Pieces are missing before this event; the watcher must catch up from a snapshot."""


@dataclass(slots=True)
class Cursor:
    """The watcher holds pieces 0 … `seq` of `attempt`; `ended` once it was told the end."""

    attempt: int = 0
    seq: int = 0
    ended: bool = False

    def admit(self, event: GenerationEvent) -> GenerationEvent | None:
        """The part of `event` that is new to the watcher, or None. Raises Gap."""
        if self.ended or event.attempt < self.attempt:
            return None
        match event:
            case Delta():
                return self._admit_delta(event)
            case Snapshot():
                return self._admit_snapshot(event)
            case Ended():
                return self._admit_end(event)
            case StatusChange():
                return event

    def _admit_delta(self, delta: Delta) -> Delta | None:
        held = self.seq if delta.attempt == self.attempt else 0
        if delta.start > held:
            raise Gap
        if delta.seq <= held and delta.attempt == self.attempt:
            return None
        self.attempt, self.seq = delta.attempt, delta.seq
        return delta.after(held)

    def _admit_end(self, end: Ended) -> Ended:
        held = self.seq if end.attempt == self.attempt else 0
        if end.text is None and end.seq > held:
            raise Gap
        self.ended = True
        return end

    def _admit_snapshot(self, snapshot: Snapshot) -> Snapshot | None:
        if snapshot.attempt == self.attempt and snapshot.seq <= self.seq:
            return None
        self.attempt, self.seq = snapshot.attempt, snapshot.seq
        return snapshot
