"""The navigation marks where one is."""

import re

import pytest
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db(transaction=True)
CURRENT = re.compile(r'<a class="navigation__link" href="([^"]+)" aria-current="page">')


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", "/"),
        ("/runs/", "/runs/"),
        ("/library/", "/library/"),
        ("/library/presets/new/", "/library/"),
        ("/inbox/", "/inbox/"),
        ("/engines/", "/engines/"),
        ("/usage/", "/usage/"),
    ],
)
def test_it_marks_where_one_is(cast: Cast, client: Client, path: str, marked: str) -> None:
    client.force_login(cast.alice)
    assert CURRENT.findall(client.get(path).content.decode()) == [marked]


def test_it_marks_nothing_on_pages_of_ones_own(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    page = client.get("/account/").content.decode()
    assert "navigation__link" in page
    assert not CURRENT.findall(page)
