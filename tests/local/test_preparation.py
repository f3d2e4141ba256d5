"""The demo account is made, whatever its password looks like."""

import pytest

from playground.accounts.models import User
from playground.local.preparation import main


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("password", ["-begins-with-a-dash", "--help", "a b'c\"d"])
def test_it_makes_the_demo_account(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_EMAIL", "demo@example.com")
    monkeypatch.setenv("DEMO_PASSWORD", password)
    main()
    assert User.objects.get(email="demo@example.com").check_password(password)
