"""The documentation's table says what the code does."""

from pathlib import Path

from django.conf import settings

from playground.accounts.models import Role
from playground.accounts.roles import ALLOWED, Permission, allows


def documented() -> dict[str, list[bool]]:
    """What the table in the documentation says, by the words of its first column."""
    lines = (Path(settings.BASE_DIR) / "docs" / "roles.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"]
    assert rows[0] == ["A person may", *(role.label for role in Role)]
    return {words: [cell == "yes" for cell in cells] for words, *cells in rows[2:]}


def test_it_is_what_the_code_asks() -> None:
    asked = {item.value: [allows(role, item) for role in Role] for item in Permission}
    assert documented() == asked


def test_every_permission_is_decided() -> None:
    assert ALLOWED.keys() == set(Permission)


def test_an_unknown_role_may_nothing() -> None:
    assert not any(allows("emperor", permission) for permission in Permission)
