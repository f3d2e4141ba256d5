"""An answer that is asked for often and may be a moment old."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Remembered(Generic[Answer]):
    """What `ask` answers, asked anew once the last answer is older than `seconds`.

    Threads may ask at once; what raises is not remembered.
    """

    def __init__(self, ask: Callable[[], Answer], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._last: tuple[float, Answer] | None = None

    def get(self) -> Answer:
        """The answer, at most `seconds` old."""
        last = self._last
        if last is not None and time.monotonic() - last[0] < self._seconds:
            return last[1]
        asked = time.monotonic()
        answer = self._ask()
        self._last = (asked, answer)
        return answer

    def forget(self) -> None:
        """Ask anew at the next `get`."""
        self._last = None
