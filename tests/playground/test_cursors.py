"""Places in lists are words of ours, but anything may come back as one."""

import base64
import json

import pytest
from django.test import Client

from tests.factories import Cast, make_session

pytestmark = pytest.mark.django_db(transaction=True)
MOMENTS = (
    "2026-01-01T00:00:00+23:59", "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00",
    "2026-01-01T00:00:00", "yesterday",
)  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("path", ["/runs/", "/sessions/", "/library/", "/inbox/"])
def test_it_takes_any_moment(cast: Cast, client: Client, path: str, moment: str) -> None:
    client.force_login(cast.alice)
    make_session(cast.alice)
    word = base64.urlsafe_b64encode(json.dumps([moment, 1]).encode()).decode()
    for name in ("before", "after", "older"):
        answer = client.get(path, {name: word}, headers={"HX-Request": "true"})
        assert answer.status_code == 200


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_takes_any_moment_of_the_audit_log(cast: Cast, client: Client, moment: str) -> None:
    client.force_login(cast.alice)
    page = f"/teams/{cast.team.public_id}/audit/"
    for name in ("before", "after", "older"):
        assert client.get(page, {name: f"{moment}~1"}).status_code == 200
