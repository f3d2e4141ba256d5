"""A browser's lane as far as text goes: it applies frames as the page does, and trusts nothing."""

from dataclasses import dataclass, field
from typing import Any


class Broken(AssertionError):
    """The server sent something that leaves a hole or says a piece twice."""


@dataclass
class Lane:
    """What one generation's lane holds."""

    attempt: int = 0
    seq: int = 0
    tokens: int = 0
    text: str = ""
    status: str = ""
    details: list[str] = field(default_factory=list)
    lost: dict[int, str] = field(default_factory=dict)
    end: dict[str, Any] = field(default_factory=dict)

    def apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            getattr(self, f"_{event['type']}")(event)

    def _status(self, event: dict[str, Any]) -> None:
        self.status = event["status"]
        self.details.append(event["detail"])

    def _snapshot(self, event: dict[str, Any]) -> None:
        if event["attempt"] < self.attempt:
            raise Broken(f"attempt {event['attempt']} after {self.attempt}")
        self._begin(event["attempt"])
        if not event["text"].startswith(self.text):
            raise Broken(f"{event['text']!r} does not continue {self.text!r}")
        self.seq, self.text, self.tokens = event["seq"], event["text"], event["tokens"]

    def _delta(self, event: dict[str, Any]) -> None:
        if event["attempt"] < self.attempt:
            raise Broken(f"attempt {event['attempt']} after {self.attempt}")
        self._begin(event["attempt"])
        if event["from"] != self.seq:
            raise Broken(f"pieces from {event['from']} where {self.seq} are held")
        self.seq += len(event["pieces"])
        self.text += "".join(text for text, _, _ in event["pieces"])
        self.tokens += sum(len(ids) for _, ids, _ in event["pieces"])

    def _end(self, event: dict[str, Any]) -> None:
        if self.end:
            raise Broken("ended twice")
        self._begin(event["attempt"])
        if event["text"] is not None:
            if not event["text"].startswith(self.text):
                raise Broken(f"{event['text']!r} does not continue {self.text!r}")
            self.text = event["text"]
        self.end, self.status = event, event["status"]

    def _begin(self, attempt: int) -> None:
        if attempt > self.attempt:
            if self.attempt:
                self.lost[self.attempt] = self.text
            self.attempt, self.seq, self.tokens, self.text = attempt, 0, 0, ""
