"""The project-local environment: uv, torch, the hash-pinned packages, and their bytecode."""

import os
import shutil
import sys
from pathlib import Path

from setup.commands import CommandError, run
from setup.indexes import uv_environment
from setup.progress import Progress
from setup.steps import ENVIRONMENT, PYTHON, ROOT, Step, record, recorded
from setup.torch import install_torch

REQUIREMENTS = ROOT / "requirements"
METADATA = ROOT / "packaging" / "vllm-metadata"
LOG = ENVIRONMENT / "setup.log"
UV = ENVIRONMENT / "bin" / "uv"


class SetupError(Exception):
    """The set-up cannot go on; the message says what a person can do."""


def check_machine() -> None:
    """Refuse what cannot work, before anything is downloaded."""
    if sys.platform != "linux":
        raise SetupError("the local stack runs on Linux only; use docker compose elsewhere.")
    if sys.version_info < (3, 11):  # noqa: UP036
        raise SetupError(
            f"Python 3.11 or newer is needed and this is {sys.version.split()[0]}; "
            "install one and run `make run PYTHON=python3.12`, say."
        )
    if not (shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")):
        raise SetupError("a C compiler is needed (Debian, Ubuntu: apt-get install gcc).")


def make_environment() -> None:
    """A virtual environment with pip. An existing one is kept where its Python runs."""
    log = ROOT / ".venv.log"
    clear = [] if _runs() else ["--clear"]
    try:
        run([sys.executable, "-m", "venv", *clear, ENVIRONMENT], limit=300, log=log)
    except CommandError as problem:
        raise SetupError(
            f"{problem}\nPython's venv module is needed (Debian, Ubuntu: apt-get install "
            "python3-venv)."
        ) from None
    log.unlink()


def _runs() -> bool:
    try:
        run([PYTHON, "-c", "pass"], limit=60, log=ROOT / ".venv.log")
    except (CommandError, OSError):
        return False
    return True


def install_uv() -> None:
    """uv itself, by pip and hash."""
    pinned = REQUIREMENTS / "bootstrap.txt"
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        pinned,
    ]
    run(command, limit=600, log=LOG)


def install_packages(*names: str) -> None:
    """The pinned packages of these requirement files, as they are: nothing is resolved here."""
    files = [part for name in names for part in ("-r", REQUIREMENTS / name)]
    command: list[str | Path] = [
        UV,
        "pip",
        "install",
        "--python",
        PYTHON,
        "--no-deps",
        "--require-hashes",
        *files,
    ]
    run(command, limit=3600, log=LOG, environment=uv_environment(PYTHON))


def install_metadata() -> None:
    """The name `vllm` for the CPU build, without which vLLM does not know its platform."""
    flags = ["--no-deps", "--no-build-isolation", "--offline", "--reinstall"]
    command: list[str | Path] = [UV, "pip", "install", "--python", PYTHON, *flags, METADATA]
    run(command, limit=300, log=LOG)


def compile_bytecode() -> None:
    """Write every module's bytecode now: it halves the engine's start.

    Some packages hold templates that are no valid Python, so the exit code means nothing here.
    """
    environment = {name: value for name, value in os.environ.items() if "DONTWRITE" not in name}
    command: list[str | Path] = [PYTHON, "-m", "compileall", "-qq", "-j", "0", ENVIRONMENT / "lib"]
    try:
        run(command, limit=1800, log=LOG, environment=environment)
    except CommandError:
        return


def steps(development: bool) -> list[Step]:
    """In order. Development tools are a step of their own, so that `make run` needs none."""
    base, torch, bootstrap = (
        REQUIREMENTS / f"{name}.txt" for name in ("base", "torch", "bootstrap")
    )
    listed = [
        Step("environment", "Making the environment", make_environment),
        Step("uv", "Installing uv", install_uv, (bootstrap,), ("environment",)),
        Step("torch", "Installing torch", lambda: install_torch(UV, LOG), (torch,), ("uv",)),
        Step("base", "Installing packages", lambda: install_packages("base.txt"), (base,), ("uv",)),
    ]
    if development:
        dev = REQUIREMENTS / "dev.txt"
        install = lambda: install_packages("dev.txt")  # noqa: E731
        listed.append(Step("dev", "Installing test tools", install, (dev,), ("base",)))
    return [
        *listed,
        Step(
            "metadata",
            "Naming vLLM's platform",
            install_metadata,
            (METADATA / "pyproject.toml",),
            ("base",),
        ),
        Step("bytecode", "Compiling bytecode", compile_bytecode, (), ("torch", "base", "metadata")),
    ]


def prepare(*, development: bool = False) -> None:
    """Bring the environment up to date; at once where it already is."""
    check_machine()
    done = recorded() if PYTHON.exists() else {}
    progress: Progress | None = None
    for step in steps(development):
        wanted = step.fingerprint(done)
        if done.get(step.name) == wanted:
            continue
        if progress is None:
            progress = Progress()
            progress.say(
                "Setting up (the first time takes a few minutes; details in .venv/setup.log)"
            )
        with progress.step(step.title):
            _perform(step)
        done = {**done, step.name: wanted}
        record(done)
    if progress:
        progress.close()


def _perform(step: Step) -> None:
    try:
        step.run()
    except CommandError as problem:
        raise SetupError(f"{step.title.lower()} failed. {problem}\nThe whole log: {LOG}") from None
