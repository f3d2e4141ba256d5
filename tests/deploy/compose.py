"""The compose file as the tests read it, with its variables filled in."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("migrate", "web", "worker", "worker-gpu", "sweeper", "beat")
STORES = ("postgres", "valkey")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::[-?]([^}]*))?\}")


def source() -> str:
    """The file's text."""
    return (ROOT / "docker-compose.yml").read_text()


def services() -> dict[str, dict[str, Any]]:
    """The services by name, anchors merged."""
    return dict(yaml.safe_load(source())["services"])


def interpolated() -> set[str]:
    """The variables that the file takes from .env."""
    return {match.group(1) for match in VARIABLE.finditer(source())}


def example() -> dict[str, str]:
    """deploy/env.example as variables."""
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def option(command: list[str], name: str) -> str:
    """The value that follows an option."""
    return command[command.index(name) + 1]
