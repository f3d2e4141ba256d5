"""Where webhooks may go: allowed hosts, by https, at addresses of the public internet."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from playground.alerts.addresses import BadAddress, Target, resolve, target_of
from playground.alerts.posting import post
from playground.alerts.sending import Undelivered
from tests.playground.alerts.receiver import receiving

REFUSED = (
    "", "hooks.example.com", "http://hooks.example.com/", "https://other.example.com/",
    "https://hooks.example.com:8443/", "https://eve@hooks.example.com/", "ftp://hooks.example.com/",
    "https://hooks.example.com.evil.example/", "https://evil.example/?hooks.example.com",
    "https://hooks.example.com\\@evil.example/", "https://evil.example#hooks.example.com",
    "https://hooks.example.com /", "https://hooks.example.com/\r\nX: 1", "https://[::1", "https://",
    "https://hooks.example.com:99999/", "javascript:alert(1)", "https://hooks.example.com/é",
    "https://hooks.example.com/" + "a" * 500, "https://hooks.example.com/\x00",
)  # fmt: skip
UNREACHABLE = (
    "127.0.0.1", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1",  # noqa: S104 - not bound to "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.7", "64:ff9b::7f00:1", "64:ff9b::a00:7", "2002:7f00:1::1", "ff02::1", "::",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _allowed(settings: Settings) -> None:
    settings.ALERT_WEBHOOK_HOSTS = ["hooks.example.com"]
    settings.ALERT_WEBHOOK_NETWORKS = []


def resolves_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names mean these addresses, another list at each question; returns what was asked."""
    asked: list[str] = []

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("url", REFUSED)
def test_it_refuses(url: str) -> None:
    with pytest.raises(BadAddress):
        target_of(url)


def test_it_takes_what_is_allowed(settings: Settings) -> None:
    assert target_of("https://Hooks.Example.COM/a/b?c=d#e") == Target(
        True, "hooks.example.com", 443, "/a/b?c=d"
    )
    settings.ALERT_WEBHOOK_HOSTS = ["hooks.example.com:8443"]
    assert target_of("https://hooks.example.com:8443").authority == "hooks.example.com:8443"


@pytest.mark.parametrize("address", UNREACHABLE)
def test_it_reaches_nothing_private(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolves_to(monkeypatch, [address])
    with pytest.raises(Undelivered, match="may not reach"):
        resolve(target_of("https://hooks.example.com/"))


def test_it_reaches_the_public_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, ["93.184.215.14"])
    assert resolve(target_of("https://hooks.example.com/")) == "93.184.215.14"


def test_it_refuses_a_name_that_means_both(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, ["93.184.215.14", "10.0.0.7"])
    with pytest.raises(Undelivered):
        resolve(target_of("https://hooks.example.com/"))


def test_it_reaches_private_networks_that_the_operator_names(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ALERT_WEBHOOK_NETWORKS = ["10.0.0.0/24"]
    resolves_to(monkeypatch, ["10.0.0.7"])
    assert resolve(target_of("https://hooks.example.com/")) == "10.0.0.7"


def test_it_speaks_plain_http_on_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8", "10.0.0.0/8"]
    target = target_of("http://hooks.example.com/")
    resolves_to(monkeypatch, ["127.0.0.1"], ["10.0.0.7"], ["93.184.215.14"])
    assert resolve(target) == "127.0.0.1"
    for _ in range(2):
        with pytest.raises(Undelivered):
            resolve(target)


def test_it_connects_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """A name that means something else at the second question: it is asked once."""
    with receiving() as receiver, receiving() as inner:
        settings.ALERT_WEBHOOK_HOSTS = [f"hooks.example.com:{receiver.port}"]
        settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        real = socket.getaddrinfo
        asked: list[str] = []

        def rebinding(host: str, port: int, *rest: Any, **more: Any) -> Any:
            if host != "hooks.example.com":
                return real(host, port, *rest, **more)
            asked.append(host)
            means = ("127.0.0.1", receiver.port) if len(asked) == 1 else ("127.0.0.1", inner.port)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", means)]

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        target = target_of(f"http://hooks.example.com:{receiver.port}/")
        post(target, {}, b"{}")
    assert (len(asked), len(receiver.received), inner.received) == (1, 1, [])
    assert receiver.received[0][0]["Host"] == f"hooks.example.com:{receiver.port}"


def test_it_says_that_nobody_answers(settings: Settings) -> None:
    with receiving() as receiver:
        pass
    settings.ALERT_WEBHOOK_HOSTS = [receiver.host]
    settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with pytest.raises(Undelivered, match="cannot be reached"):
        post(target_of(receiver.url), {}, b"{}")


def test_it_sends_nothing_before_the_other_side_has_proved_itself(settings: Settings) -> None:
    """What answers at an https address without TLS sees no message."""
    with receiving() as receiver:
        settings.ALERT_WEBHOOK_HOSTS = [receiver.host]
        settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        with pytest.raises(Undelivered):
            post(target_of(receiver.url.replace("http:", "https:")), {}, b"{}")
        assert receiver.received == []
