"""One POST to an address that was resolved and checked before: no redirects, no proxies, no more
than five seconds in all, and nothing read but the status.

The libraries of the field resolve a name themselves, after any check; and their time-outs begin
anew with each byte that a slow server sends.
"""

import re
import socket
import ssl
import time
from collections.abc import Mapping

from playground.alerts.addresses import Target, resolve
from playground.alerts.sending import Undelivered

SECONDS = 5.0
MOST_BYTES = 4096
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r?\n")


def post(target: Target, headers: Mapping[str, str], body: bytes) -> None:
    """Send it, and wait for an answer of 2xx. Raises Undelivered."""
    ends = time.monotonic() + SECONDS
    address = resolve(target)
    try:
        with _connected(target, address, ends) as connection:
            connection.settimeout(_left(ends))
            connection.sendall(_head(target, headers, len(body)) + body)
            status = _status(connection, ends)
    except TimeoutError as error:
        raise Undelivered(f"{target.host} did not answer within {SECONDS:.0f} seconds.") from error
    except ssl.SSLError as error:
        raise Undelivered(f"{target.host} has no certificate that can be trusted.") from error
    except OSError as error:
        raise Undelivered(f"{target.host} cannot be reached ({error.strerror}).") from error
    _check(target, status)


def _connected(target: Target, address: str, ends: float) -> socket.socket:
    plain = socket.create_connection((address, target.port), timeout=_left(ends))
    if not target.secure:
        return plain
    try:
        plain.settimeout(_left(ends))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except OSError:
        plain.close()
        raise


def _head(target: Target, headers: Mapping[str, str], length: int) -> bytes:
    lines = {
        "Host": target.authority,
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "User-Agent": "Inference-Playground",
        "Connection": "close",
        **headers,
    }
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{fields}\r\n".encode("ascii")


def _status(connection: socket.socket, ends: float) -> int:
    """The number in the first line of the answer."""
    answer = b""
    while b"\n" not in answer and len(answer) < MOST_BYTES:
        connection.settimeout(_left(ends))
        part = connection.recv(1024)
        if not part:
            break
        answer += part
    found = STATUS.match(answer)
    if found is None:
        raise Undelivered("What answered does not speak HTTP.")
    return int(found[1])


def _check(target: Target, status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Undelivered(f"{target.host} answered {status}, a redirect; none is followed.")
    raise Undelivered(f"{target.host} answered {status}.")


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
