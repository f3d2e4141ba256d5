"""Where a server's unix socket can lie: Linux allows its path 107 bytes."""

import os
import shutil
import tempfile
from pathlib import Path

LONGEST_PATH = 107


def fits(path: Path) -> bool:
    """Whether a socket can be bound at this path."""
    return len(os.fsencode(path)) <= LONGEST_PATH


def record_of(preferred: Path) -> Path:
    """The file beside the preferred folder that says which other one is in use."""
    return preferred.with_name(f"{preferred.name}.sockets")


def socket_folder(preferred: Path, socket_name: str) -> Path:
    """The preferred folder where its path is short enough, else a new private one, recorded."""
    if fits(preferred / socket_name):
        return preferred
    remove_socket_folder(preferred)
    folder = Path(tempfile.mkdtemp(prefix="playground-"))
    if not fits(folder / socket_name):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="playground-", dir="/tmp"))
    record_of(preferred).write_text(str(folder))
    return folder


def empty_socket_folder(preferred: Path, socket_name: str) -> Path:
    """The same for many sockets, which nobody else may open; empty of what killed ones left."""
    shutil.rmtree(preferred, ignore_errors=True)
    preferred.mkdir(mode=0o700)
    return socket_folder(preferred, socket_name)


def remove_socket_folder(preferred: Path) -> None:
    """Remove the folder that `socket_folder` made in place of the preferred one, if it did."""
    record = record_of(preferred)
    if record.exists():
        shutil.rmtree(record.read_text(), ignore_errors=True)
        record.unlink()
