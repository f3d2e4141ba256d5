"""torch for the CPU: not on the package index that everything else comes from.

The machine's own pip configuration is asked first (a folder of wheels, a company's mirror), then
PyTorch's index, which uv knows. Both have limits: a machine that reaches neither is told so.
"""

import importlib.metadata
import sys
import tempfile
from pathlib import Path

from setup.commands import CommandError, run
from setup.indexes import uv_environment
from setup.steps import ENVIRONMENT, PYTHON, ROOT

PINNED = ROOT / "requirements" / "torch.txt"
HASHED_FOR = 11
LIMIT_SECONDS = 1800


def wanted_version() -> str:
    """The pinned version, with its local part: "2.13.0+cpu"."""
    return PINNED.read_text().partition("==")[2].split()[0]


def installed_version() -> str | None:
    """The version of torch in the environment, if it has one."""
    lib = ENVIRONMENT / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    for found in importlib.metadata.distributions(name="torch", path=[str(lib)]):
        return found.version
    return None


def requirement_file(
    folder: Path, *, minor: int = sys.version_info.minor
) -> tuple[Path, list[str]]:
    """What to install, and whether by hash.

    A wheel of torch is for one minor version of Python, and the pinned hash is of the one for 3.11.
    On another, the version is pinned and the index's TLS stands in for the hash.
    """
    if minor == HASHED_FOR:
        return PINNED, ["--require-hashes"]
    loose = folder / "torch.txt"
    loose.write_text(f"torch=={wanted_version()}\n")
    print(f"  torch's hash is pinned for Python 3.11; this is 3.{minor}: by version")
    return loose, []


def install_torch(uv: Path, log: Path) -> None:
    """Install the pinned version, from wherever this machine can get it."""
    if installed_version() == wanted_version():
        return
    with tempfile.TemporaryDirectory() as folder:
        wanted, hashed = requirement_file(Path(folder))
        common: list[str | Path] = ["--no-deps", *hashed, "-r", wanted]
        pip: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--timeout",
            "15",
            "--retries",
            "1",
        ]
        try:
            run([*pip, *common], limit=LIMIT_SECONDS, log=log)
        except CommandError:
            _from_pytorch([uv, "pip", "install", "--python", PYTHON, *common], log)


def _from_pytorch(command: list[str | Path], log: Path) -> None:
    environment = {**uv_environment(PYTHON), "UV_HTTP_TIMEOUT": "15", "UV_HTTP_RETRIES": "1"}
    try:
        run(
            [*command, "--torch-backend", "cpu"],
            limit=LIMIT_SECONDS,
            log=log,
            environment=environment,
        )
    except CommandError as problem:
        raise CommandError(
            f"torch {wanted_version()} was neither where pip looks nor on PyTorch's index.\n"
            "Put its wheel in a folder and run `PIP_FIND_LINKS=/that/folder make run`, or point "
            f"pip at a mirror that has it.\n{problem}"
        ) from None
