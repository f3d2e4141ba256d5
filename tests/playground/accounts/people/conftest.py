"""People who type their passwords, and no counts left over from another test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from playground.local.valkey import Valkey

if TYPE_CHECKING:
    from playground.accounts.models import User


@pytest.fixture(autouse=True)
def _no_counts(valkey: Valkey, settings: Settings) -> None:
    """Valkey starts empty, and with it every rate limit; passwords are hashed in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> User:
    """Alice, with a password and a confirmed address."""
    from tests.playground.accounts.people.doing import make_person

    return make_person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Bob, likewise."""
    from tests.playground.accounts.people.doing import make_person

    return make_person("bob")
