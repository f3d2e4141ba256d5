"""Sockets need an empty relay and queue."""

import pytest

from playground.local.valkey import Valkey


@pytest.fixture(autouse=True)
def _relay(valkey: Valkey) -> None:
    """Every test starts with an empty Valkey."""
