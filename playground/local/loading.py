"""What a worker's log tells of its loading: how far it is, and why it could not."""

import re
from pathlib import Path

from inference.launches import COULD_NOT_START

LONGEST_REASON = 400
TAIL_BYTES = 256_000
PHASES = (
    ("EngineCore pid=", "starting the engine's core"),
    ("Loading safetensors checkpoint shards", "loading the weights"),
    ("torch.compile takes", "compiling the model"),
    ("100% Completed", "warming up"),
)
"""In the order in which vLLM comes to them; whichever line came last counts."""
FIRST_PHASE = "loading the engine's code"
RAISED = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception)\b.*: .+")


def phase(log: Path, start: int) -> str:
    """What the worker does that began to write its log at byte `start`."""
    text = _since(log, start)
    found = [(text.rfind(mark), words) for mark, words in PHASES if mark in text]
    return max(found)[1] if found else FIRST_PHASE


def cause(log: Path, start: int) -> str:
    """Why it ended: as the worker says it, or the last error in its log; "" where there is none."""
    lines = [line.strip() for line in _since(log, start).splitlines()]
    for line in reversed(lines):
        if line.startswith(COULD_NOT_START):
            return _sentence(line.removeprefix(COULD_NOT_START))
    for line in reversed(lines):
        if RAISED.match(line):
            return _sentence(line)
    return ""


def _sentence(words: str) -> str:
    """As something to be shown: of a bounded length, with a large letter and a full stop."""
    short = words[:LONGEST_REASON]
    return f"{short[:1].upper()}{short[1:]}{'' if short.endswith(('.', '!', '?')) else '.'}"


def _since(log: Path, start: int) -> str:
    """The log from `start` on, or its end; a log that was emptied meanwhile is read whole."""
    try:
        with log.open("rb") as file:
            size = log.stat().st_size
            file.seek(max(start if start <= size else 0, size - TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
