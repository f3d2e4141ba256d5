"""The dialog that shows a lane as code."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from tests.factories import Cast

HTMX = {"HX-Request": "true"}
MESSAGES = [{"role": "user", "content": "Why <b>?"}]


def asked(client: Client, **changes: Any) -> Any:
    lane = {"profile": "small", "settings": {"temperature": 0.5}}
    request = {"messages": MESSAGES, "lane": lane, "seed": 7, **changes}
    return client.post("/code/", {"request": json.dumps(request)}, headers=HTMX)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    client.force_login(cast.alice)
    return client


def test_it_shows_the_request_and_the_server(alice: Client) -> None:
    shown = asked(alice).content.decode()
    assert "temperature=0.5" in shown
    assert "seed=7" in shown
    assert "Why &lt;b&gt;?" in shown
    assert "vllm serve inference/builtin/weights/small" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"messages": []}, "Write a prompt first."),
        ({"lane": {"profile": "gone"}}, "no model profile"),
        ({"lane": {"profile": "small", "settings": {"temperature": 99}}}, "it goes from 0 to 2"),
        ({"seed": "x"}, "was not understood"),
    ],
)
def test_it_says_what_is_wrong(alice: Client, changes: dict[str, Any], said: str) -> None:
    answer = asked(alice, **changes)
    assert answer.status_code == HTTPStatus.OK
    assert said in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("body", ["", "[", "null", '{"messages": 1}', "\x00"])
def test_it_takes_any_body(alice: Client, body: str) -> None:
    answer = alice.post("/code/", {"request": body})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
