"""A Valkey in memory that loses requests or answers when told to, for one emitter."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, Self

from redis.exceptions import ConnectionError as ValkeyConnectionError

Fault = Literal["none", "request", "answer"]


class LossyValkey:
    """The stream's entries and the snapshots; `fault` befalls the next round trip."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, dict[bytes, bytes]]] = []
        self.keys: dict[str, bytes] = {}
        self.fault: Fault = "none"
        self._next = 1
        self._commands: list[Callable[[], Any]] = []

    def since(self, entry: str) -> list[dict[bytes, bytes]]:
        first = int(entry.partition("-")[0] or 0)
        return [fields for id, fields in self.entries if id >= first]

    def trim(self, before: str) -> None:
        """Forget the entries that no snapshot needs any more."""
        self.entries = [
            entry for entry in self.entries if entry[0] >= int(before.partition("-")[0])
        ]

    # --- what the emitter calls ---

    def pipeline(self, transaction: bool) -> Self:
        self._commands = []
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def set(self, key: str, value: bytes, ex: int) -> None:
        self._commands.append(lambda: self.keys.__setitem__(key, value))

    def append(self, key: str, value: bytes) -> None:
        self._commands.append(lambda: self.keys.update({key: self.keys.get(key, b"") + value}))

    def expire(self, key: str, seconds: int) -> None:
        assert seconds > 0, key

    def delete(self, *keys: str) -> None:
        self._commands.extend(partial(self.keys.pop, key, None) for key in keys)

    def xadd(self, stream: str, fields: dict[bytes, bytes], minid: str, approximate: bool) -> None:
        self._commands.append(lambda: self._add(fields))

    def _add(self, fields: dict[bytes, bytes]) -> bytes:
        # Fields keep the name that the relay gave them, as bytes like the real client's.
        self.entries.append((self._next, fields))
        self._next += 1
        return b"%d-0" % (self._next - 1)

    async def execute(self) -> list[Any]:
        fault, self.fault = self.fault, "none"
        if fault == "request":
            raise ValkeyConnectionError("the request was lost")
        results = [command() for command in self._commands]
        if fault == "answer":
            raise ValkeyConnectionError("the answer was lost")
        return results
