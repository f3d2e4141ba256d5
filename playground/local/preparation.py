"""`python -m playground.local.preparation`: migrate, and make the demo account.

Both in one process, since most of either's time is loading the site. The password comes by the
environment, where other users of the machine cannot read it.
"""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring the database up to date."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    email, password = os.environ["DEMO_EMAIL"], os.environ["DEMO_PASSWORD"]
    # Joined by "=": one password in 64 begins with a dash, and would be taken for an option.
    call_command("make_demo", f"--email={email}", f"--password={password}")


if __name__ == "__main__":
    main()
