"""Who may scrape: the bearer of a token, or an address from a network that the operator named."""

from ipaddress import ip_address, ip_network
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("X-Forwarded-For", "Forwarded")


def is_offered() -> bool:
    """Whether the operator has opened the metrics to anyone at all."""
    return bool(settings.METRICS_TOKEN or settings.METRICS_NETWORKS)


def may_scrape(request: HttpRequest) -> bool:
    """By token, or by address where no proxy stands between."""
    return _bears_token(request) or _comes_from_network(request)


def _bears_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return (
        bool(expected)
        and scheme.lower() == "bearer"
        and compare_digest(token.strip().encode(), expected.encode())
    )


def _comes_from_network(request: HttpRequest) -> bool:
    """A request that a proxy passed on has the proxy's address, or one that anyone can claim."""
    if any(request.headers.get(name) for name in FORWARDED):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.METRICS_NETWORKS)
