"""The steps of the set-up, each with a fingerprint of what it depends on.

A step whose fingerprint is recorded is skipped, so that a finished set-up costs nothing, an
interrupted one goes on where it stopped, and a change of the requirements runs what it touches.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
RECORD = ENVIRONMENT / "setup.json"


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do once for each state of the files it depends on."""

    name: str
    title: str
    run: Callable[[], None]
    depends_on: tuple[Path, ...] = ()
    after: tuple[str, ...] = ()

    def fingerprint(self, earlier: dict[str, str]) -> str:
        """Of the interpreter, the files, and the steps that this one stands on."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {ENVIRONMENT}".encode())
        for path in self.depends_on:
            digest.update(path.read_bytes())
        for name in self.after:
            digest.update(earlier.get(name, "").encode())
        return digest.hexdigest()


def recorded() -> dict[str, str]:
    """The fingerprints of the steps that have ended, by name."""
    try:
        known = json.loads(RECORD.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return known if isinstance(known, dict) else {}


def record(done: dict[str, str]) -> None:
    """Write the fingerprints down, whole or not at all."""
    partial = RECORD.with_suffix(".partial")
    partial.write_text(json.dumps(done, indent=1))
    partial.replace(RECORD)
