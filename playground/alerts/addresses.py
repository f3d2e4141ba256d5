"""Where a webhook may go: to hosts that the operator allows, at addresses that are safe to reach.

The name is resolved once for each message. The address that was checked is the one that is
connected to, so a name that means something else a moment later leads nowhere new.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from playground.alerts.sending import Undelivered

MOST_CHARACTERS = 500
PLAIN = re.compile(r"[!-~]+")
PORTS = {"https": 443, "http": 80}
EMBEDS_IPV4 = ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class BadAddress(ValueError):
    """No webhook goes there. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address, in parts. `path` has the query in it."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = PORTS["https" if self.secure else "http"]
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """What an address names. Raises BadAddress."""
    parts, port = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise BadAddress("Write a whole address, like https://hooks.example.com/alerts.")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("Leave the name and password out of the address.")
    secure = parts.scheme == "https"
    if not secure and not _loopback_is_allowed():
        raise BadAddress("The address must begin with https://.")
    target = Target(
        secure, host, port or PORTS[parts.scheme],
        (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )  # fmt: skip
    if target.authority.lower() not in allowed_hosts():
        raise BadAddress(_not_allowed())
    return target


def _parts(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > MOST_CHARACTERS:
        raise BadAddress(f"The address has {len(url):,} characters; at most {MOST_CHARACTERS}.")
    if not PLAIN.fullmatch(url):
        raise BadAddress("The address has a space, or a letter that must be written as %….")
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise BadAddress("This is no address. Write one like https://hooks.example.com/.") from None


def allowed_hosts() -> list[str]:
    """As hosts, or host:port where the port is not the usual one."""
    return [host.lower() for host in settings.ALERT_WEBHOOK_HOSTS]


def _not_allowed() -> str:
    hosts = allowed_hosts()
    if not hosts:
        return "Webhooks are off here: whoever runs this site has allowed no host."
    return f"Webhooks may go to {', '.join(hosts)} here. Whoever runs this site can allow others."


def resolve(target: Target) -> str:
    """The one address to connect to. Raises Undelivered."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(f"The name {target.host} was not found.") from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not _may_be_reached(address, target.secure):
            raise Undelivered(f"{target.host} leads to an address that webhooks may not reach.")
    return str(addresses[0])


def _may_be_reached(address: Address, secure: bool) -> bool:
    """Every address of a name must pass: a mixed answer is what rebinding looks like."""
    actual = _innermost(address)
    if not secure and not actual.is_loopback:
        return False
    if any(actual in network for network in map(ip_network, settings.ALERT_WEBHOOK_NETWORKS)):
        return True
    return actual.is_global and not actual.is_multicast and not _is_tunnel(actual)


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in EMBEDS_IPV4 else address


def _is_tunnel(address: Address) -> bool:
    return isinstance(address, IPv6Address) and (
        address.sixtofour is not None or address.teredo is not None
    )


def _loopback_is_allowed() -> bool:
    return any(ip_network(each).is_loopback for each in settings.ALERT_WEBHOOK_NETWORKS)
