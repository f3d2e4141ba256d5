"""A password stands in no log, no answer and no error page, also where something breaks."""

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from playground.accounts.models import User
from playground.log import configure_logging
from tests.playground.accounts.people.doing import is_in, try_sign_in

pytestmark = pytest.mark.django_db
CANARY = "canary-4f1d-lantern"


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("broken", [True, False])
def test_it_is_nowhere(
    alice: User,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
    as_json: bool,
    broken: bool,
) -> None:
    client = Client(raise_request_exception=False)
    if broken:
        settings.ROOT_URLCONF = "tests.playground.accounts.people.broken_urls"
    try:
        configure_logging(level="DEBUG", as_json=as_json)
        answers = [
            try_sign_in(client, alice.email, CANARY),
            client.post("/accounts/signup/", {"email": "not one", "password1": CANARY}),
            client.post("/breaks/", {"password": CANARY}),
        ]
        logging.getLogger("django.request").error("the log is being watched")
    finally:
        configure_logging(level="INFO", as_json=False)
    logged = "".join(capfd.readouterr())
    assert "the log is being watched" in logged
    assert CANARY not in logged
    assert [answer.status_code for answer in answers[2:]] == [500 if broken else 404]
    assert not [answer for answer in answers if CANARY.encode() in answer.content]
    assert not is_in(client)
