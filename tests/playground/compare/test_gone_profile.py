"""A run whose model is not offered any more: it opens, and says so."""

import re

import pytest
from django.test import Client

from playground.compare.models import Lane
from tests.factories import Cast, generations_of, make_cast, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def options(page: str) -> list[str]:
    """What the first lane's choice of models has selected."""
    choice, *_ = re.findall(r'<select[^>]*id="lane-0-profile".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"[^>]*selected', choice)


def test_it_names_the_model_that_is_gone(cast: Cast, client: Client) -> None:
    session = make_session(cast.alice, statuses=["done"])
    Lane.objects.update(profile='of "old"')
    for row in generations_of(session):
        row.profile, row.text = 'of "old"', "What it said."
        row.save()
    client.force_login(cast.alice)
    answer = client.get(f"{session.get_absolute_url()}runs/1/")
    assert answer.status_code == 200
    assert options(answer.content.decode()) == ["of &quot;old&quot;"]
    assert answer.context["gone"] == {'of "old"'}


def test_it_selects_a_model_that_is_here(cast: Cast, client: Client) -> None:
    session = make_session(cast.alice)
    client.force_login(cast.alice)
    answer = client.get(f"{session.get_absolute_url()}runs/1/")
    assert options(answer.content.decode()) == ["small"]
    assert answer.context["gone"] == set()
