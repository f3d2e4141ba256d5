"""`python -m setup.checks`: every check that reads the code, each to its end, failures shown."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from setup.steps import ROOT

SETTINGS = {"DEBUG": "1"}
"""What mypy's Django plugin needs to load the site's settings: no database, and no secrets."""

TOOLS = Path(sys.executable).parent


def scripts() -> list[Path]:
    """Our own JavaScript."""
    return sorted((ROOT / "static" / "js").rglob("*.js"))


def checks() -> dict[str, list[list[str]]]:
    """The commands of each check, by title."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    node = shutil.which("node")
    return {
        "ruff": [[str(TOOLS / "ruff"), "check", "--quiet", "."]],
        "format": [[str(TOOLS / "ruff"), "format", "--check", "--quiet", "."]],
        "types": [[sys.executable, "-m", "mypy", "--no-error-summary"]],
        "imports": [[str(TOOLS / "lint-imports"), "--no-logo"]],
        "templates": [[str(TOOLS / "djade"), "--check", *templates]] if templates else [],
        "scripts": [[node, "--check", str(path)] for path in scripts()] if node else [],
    }


def passes(title: str, commands: list[list[str]]) -> bool:
    """Run one check; show what it says only when it fails."""
    started = time.monotonic()
    failures = []
    for command in commands:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **SETTINGS},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            failures.append(ended.stdout + ended.stderr)
    mark = "✗" if failures else "✓"
    print(f"{mark} {title} ({time.monotonic() - started:.1f} s)", flush=True)
    print("".join(failures), end="")
    return not failures


def main() -> int:
    """Returns the exit code: 1 when any check failed."""
    outcomes = [passes(*check) for check in checks().items()]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
