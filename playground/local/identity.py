"""What a data folder draws once and keeps: the site's secret key and the demo account."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

EMAIL = "demo@example.com"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Where to sign in, and as whom."""

    url: str
    email: str
    password: str


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)


def secret_key(data: Path) -> str:
    """The site's SECRET_KEY, drawn at the first start."""
    path = data / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def demo_account(data: Path, url: str) -> DemoAccount:
    """The demo account, its password drawn at the first start; `demo.json` has all of it."""
    path = data / "demo.json"
    try:
        password = json.loads(path.read_text())["password"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        password = secrets.token_urlsafe(12)
    account = DemoAccount(url, EMAIL, password)
    write_private(path, json.dumps(asdict(account), indent=1) + "\n")
    return account
