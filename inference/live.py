"""A generation while it runs in this worker: what came so far, and what the relay knows of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.engines.protocol import Delta as EngineDelta
from inference.engines.protocol import TokenLogprob
from inference.events import Delta, Mark, Snapshot
from inference.marks import mark
from inference.relay import Told
from inference.storable import storable


@dataclass(slots=True)
class Live:
    """One running attempt. `seq` counts pieces; `snapshot_at` is on the monotonic clock.

    `request` is the id of the request that asked for it, "" where none is known. `load` is how many
    generations of other requests ran, and how many waited, when it began.
    """

    generation: int
    attempt: int
    request: str = ""
    load: tuple[int, int] = (0, 0)
    stop_requested: bool = False
    abandoned: str = ""
    token_ids: list[int] = field(default_factory=list)
    step_tokens: list[int] = field(default_factory=list)
    step_characters: list[int] = field(default_factory=list)
    gaps_us: list[int] = field(default_factory=list)
    logprobs: list[TokenLogprob] = field(default_factory=list)
    seq: int = 0
    snapshot_seq: int = -1
    snapshot_at: float = 0.0
    _first_at: float = 0.0
    _last_at: float = 0.0
    _parts: list[str] = field(default_factory=list)
    _told: Told | None = None

    @property
    def engine_id(self) -> str:
        """What the engine calls it: the same in its logs and in ours."""
        own = f"{self.generation}-{self.attempt}"
        return f"{self.request}-{own}" if self.request else own

    def add(self, delta: EngineDelta) -> Delta:
        """Take in one engine output; returns it as it is relayed, in one piece."""
        text = storable(delta.text)
        if self.seq == 0:
            self._first_at = delta.at
        else:
            self.gaps_us.append(round((delta.at - self._last_at) * 1e6))
        self._last_at = delta.at
        self.seq += 1
        self._parts.append(text)
        self.token_ids.extend(delta.token_ids)
        self.step_tokens.append(len(delta.token_ids))
        self.step_characters.append(len(text))
        self.logprobs.extend(delta.logprobs)
        marks = [mark(choice) for choice in delta.logprobs]
        if marks:
            self._tell(delta.token_ids, marks)
        at = round((delta.at - self._first_at) * 1e3, 2)
        return Delta(
            generation=self.generation,
            attempt=self.attempt,
            start=self.seq - 1,
            pieces=[(text, list(delta.token_ids), at)],
            marks=[marks] if marks else [],
        )

    def _tell(self, ids: Sequence[int], marks: list[Mark]) -> None:
        before = len(self.token_ids) - len(ids)
        told = self._told = self._told or Told(self.attempt, before, [], [])
        told.ids += ids if len(ids) == len(marks) else [-1] * len(marks)
        told.marks += marks

    def told(self) -> Told | None:
        """How the tokens since the last snapshot were drawn; the next one's begin after them."""
        told, self._told = self._told, None
        return told

    def untold(self, told: Told) -> None:
        """It was not written: the next snapshot's begin with it."""
        if self._told is not None:
            told.ids += self._told.ids
            told.marks += self._told.marks
        self._told = told

    @property
    def text(self) -> str:
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def snapshot(self, entry: str) -> Snapshot:
        """All of it, as of now; marks itself as taken."""
        self.snapshot_seq = self.seq
        self.snapshot_at = time.monotonic()
        return Snapshot(
            generation=self.generation,
            attempt=self.attempt,
            seq=self.seq,
            text=self.text,
            tokens=len(self.token_ids),
            entry=entry,
        )
