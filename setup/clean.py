"""`python3 -m setup.clean DATA`: remove caches, the environment and a stack's data."""

import fcntl
import shutil
import sys
from pathlib import Path

from setup.steps import ENVIRONMENT, ROOT

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def is_in_use(data: Path) -> bool:
    """Whether a stack runs on the folder."""
    lock = data / "lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove_data(data: Path) -> None:
    """Remove a stack's state, and nothing that is not a stack's."""
    if not (data / "lock").exists():
        return
    database = data / "postgres"
    if database.is_symlink():
        shutil.rmtree(database.resolve(), ignore_errors=True)
    shutil.rmtree(data)


def main() -> int:
    """Returns the exit code."""
    data = Path(sys.argv[1])
    if is_in_use(data):
        print(f"{data} is in use: stop `make run` first.", file=sys.stderr)
        return 1
    remove_data(data)
    for name in CACHES:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in ROOT.rglob("__pycache__"):
        if ENVIRONMENT not in cache.parents:
            shutil.rmtree(cache)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
