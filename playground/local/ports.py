"""The site's port: whether it is free, and who listens on it."""

import socket
from pathlib import Path

HOST = "127.0.0.1"
LISTENING = "0A"


class PortTakenError(RuntimeError):
    """Another program listens on the port."""


def check_port(port: int) -> None:
    """Raise where the site could not listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise PortTakenError(
                f"Port {port} is for root alone: choose one above 1023, such as make run PORT=8000"
            ) from None
        except OSError:
            raise PortTakenError(
                f"Port {port} is taken by another program. Stop it, or choose another port: "
                f"make run PORT={port + 1}"
            ) from None


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_listening(pid: int, port: int) -> bool:
    """Whether this very process listens on the port, by the kernel's own tables."""
    wanted = f"0100007F:{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1] == wanted and row[3] == LISTENING}
    try:
        return any(str(entry.readlink()) in sockets for entry in Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return False
