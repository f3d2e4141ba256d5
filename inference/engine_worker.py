"""`python -m inference.engine_worker -A playground worker --queues engine.small …`: Celery's own
worker, with the engine's imports done before it has threads.

So they are done once for the worker and for the engine's core: see `engines.core_process`. Options
are Celery's. `celery -A playground worker …` serves as well, and starts ten seconds later.
"""

import itertools
import sys
from collections.abc import Sequence

from inference.engines import core_process
from inference.profiles import UnknownProfile, profile, unavailable


def profile_name(arguments: Sequence[str]) -> str | None:
    """The profile whose queue these arguments name, if one."""
    for option, value in itertools.pairwise(arguments):
        if option in ("-Q", "--queues"):
            return value.removeprefix("engine.") if value.startswith("engine.") else None
    return None


def import_engine(name: str | None) -> bool:
    """Import the engine and fork the server of its cores. Whether that was done.

    What is wrong with the profile is left for the worker to say.
    """
    try:
        chosen = profile(name or "")
    except UnknownProfile:
        return False
    if unavailable(chosen) or not core_process.can_fork(chosen):
        return False
    try:
        return core_process.fork_server(chosen)
    except ImportError:
        return False


def main() -> None:
    """Does not return."""
    import_engine(profile_name(sys.argv))
    from celery.__main__ import main as celery

    sys.argv[0] = "celery"
    sys.exit(celery())


if __name__ == "__main__":
    main()
