"""What the supervisor makes of a process that ended by itself: why, and when to try again."""

import signal
from dataclasses import dataclass

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0


@dataclass(slots=True)
class Backoff:
    """How long to leave a process that died alone: longer each time, until it has been calm."""

    pause: float = 0.0
    died_at: float = 0.0

    def died(self, now: float) -> float:
        """Note a death; returns when to start again, on the same clock."""
        calm = now - self.died_at > CALM_SECONDS
        self.pause = FIRST_PAUSE_SECONDS if calm or not self.pause else self.pause * 2
        self.pause = min(self.pause, LONGEST_PAUSE_SECONDS)
        self.died_at = now
        return now + self.pause


def reason(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"exited with code {code}"
