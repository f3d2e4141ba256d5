"""Webhooks are sent to whoever proves to be the host that was named, and to nobody else."""

import datetime
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from playground.alerts.addresses import target_of
from playground.alerts.posting import post
from playground.alerts.sending import Undelivered
from tests.playground.alerts.receiver import Receiver, receiving

HOST = "hooks.example.com"


def certificate(folder: Path, host: str) -> Path:
    """A file with a key and a certificate for this name that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def sent(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Posts to HOST, where a server has the certificate of a name, and this machine trusts it or
    not; gives what arrived."""

    def send(named: str, trusted: bool) -> Receiver:
        file = certificate(tmp_path, named)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        with receiving(context) as receiver:
            settings.ALERT_WEBHOOK_HOSTS = [f"{HOST}:{receiver.port}"]
            settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
            monkeypatch.setattr(socket, "getaddrinfo", resolving(receiver.port))
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(file))
            try:
                post(target_of(f"https://{HOST}:{receiver.port}/"), {}, b"{}")
            except Undelivered:
                assert receiver.received == []
                raise
            return receiver

    return send


def resolving(port: int) -> Any:
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **more: Any) -> Any:
        if host != HOST:
            return real(host, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    return resolve


def test_it_sends_to_the_host_that_it_names(sent: Any) -> None:
    assert len(sent(HOST, trusted=True).received) == 1


def test_it_trusts_no_stranger(sent: Any) -> None:
    with pytest.raises(Undelivered, match="no certificate that can be trusted"):
        sent(HOST, trusted=False)


def test_it_does_not_take_another_hosts_certificate(sent: Any) -> None:
    with pytest.raises(Undelivered, match="no certificate that can be trusted"):
        sent("other.example.com", trusted=True)
