"""`python3 -m setup [--dev] [--browser]`: make or renew the environment."""

import sys

from setup.browser import ensure_browser
from setup.environment import SetupError, prepare


def main() -> int:
    """Returns the exit code."""
    try:
        prepare(development="--dev" in sys.argv[1:])
        if "--browser" in sys.argv[1:]:
            ensure_browser()
    except SetupError as problem:
        print(f"\nSet-up stopped: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next `make` goes on from here.", file=sys.stderr)
        return 130
    return 0


sys.exit(main())
