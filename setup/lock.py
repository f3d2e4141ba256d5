"""`python -m setup.lock [--upgrade]`: pin requirements/*.in, with hashes and no index's address.

What is pinned already stays, unless `--upgrade` is given or an .in file no longer allows it.
torch's pin goes to a file of its own, since it comes from elsewhere (see `setup.torch`).
"""

import re
import sys
from pathlib import Path

from setup.commands import CommandError, run
from setup.environment import LOG, REQUIREMENTS, UV
from setup.indexes import uv_environment
from setup.steps import PYTHON

QUIET = ("--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links")
TORCH = re.compile(r"^torch==.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
LIMIT_SECONDS = 900


def resolve(name: str, *options: str) -> None:
    """Write requirements/<name>.txt from <name>.in; paths in its notes are relative to there."""
    pinned = (f"{name}.in", "--output-file", f"{name}.txt", "--python-version", "3.11")
    command: list[str | Path] = [
        *("env", "-C", REQUIREMENTS, UV, "pip", "compile", "--python", PYTHON),
        *("--generate-hashes", *QUIET, *pinned, *options),
    ]
    run(command, limit=LIMIT_SECONDS, log=LOG, environment=uv_environment(PYTHON))


def resolve_base(*options: str) -> None:
    """The product: torch from where pip looks, or else from PyTorch's index."""
    options = ("--override", "overrides.txt", *options)
    try:
        resolve("base", *options)
    except CommandError:
        resolve("base", *options, "--torch-backend", "cpu")
    pins = (REQUIREMENTS / "base.txt").read_text()
    found = TORCH.search(pins)
    if found is None:
        raise CommandError("torch is missing from the resolved pins")
    (REQUIREMENTS / "torch.txt").write_text(found.group())
    (REQUIREMENTS / "base.txt").write_text(TORCH.sub("", pins))


def main() -> int:
    """Returns the exit code."""
    upgrade = tuple(option for option in sys.argv[1:] if option == "--upgrade")
    try:
        resolve_base(*upgrade)
        resolve("gpu", "--override", "gpu-overrides.txt", *upgrade)
        resolve("dev", *upgrade)
        resolve("bootstrap", *upgrade)
    except CommandError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
