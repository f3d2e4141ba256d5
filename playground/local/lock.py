"""One stack to a data folder: a lock that the kernel drops when its holder is gone."""

import fcntl
import os
from pathlib import Path


class FolderInUseError(RuntimeError):
    """Another stack runs on the folder; the message names its process."""


class FolderLock:
    """Held from construction until `release()` or the end of the process."""

    def __init__(self, data: Path) -> None:
        self._descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 100).decode().strip()
            os.close(self._descriptor)
            raise FolderInUseError(
                f"{data} is in use: the stack with process id {holder} runs on it. Stop that one, "
                "or choose another folder and port: make run DATA=other PORT=8001"
            ) from None
        os.truncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())

    def release(self) -> None:
        """Let others have the folder."""
        os.close(self._descriptor)
