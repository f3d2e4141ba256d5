"""Chromium for the browser tests: the system's own, installed where that is allowed."""

import os
import shutil

from setup.commands import CommandError, run
from setup.progress import Progress
from setup.steps import ENVIRONMENT

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = "install Chromium (Debian, Ubuntu: apt-get install chromium) to have them run."


def ensure_browser() -> None:
    """Install Chromium where it is missing and we may; else say that its tests will be skipped."""
    if any(map(shutil.which, NAMES)):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"No Chromium: the browser tests are skipped; {ADVICE}")
        return
    progress = Progress()
    try:
        with progress.step("Installing Chromium"):
            _install()
    except CommandError as problem:
        print(f"No Chromium: the browser tests are skipped; {ADVICE}\n{problem}")
    finally:
        progress.close()


def _install() -> None:
    log = ENVIRONMENT / "setup.log"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], limit=300, log=log, environment=quiet)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    run(command, limit=900, log=log, environment=quiet)
