"""A page that goes away sends what it still holds as an ordinary request."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from playground.accounts.models import User
from playground.compare.models import Draft, Session
from tests.factories import Cast, make_session
from tests.playground.compare.drafting import state

pytestmark = pytest.mark.django_db(transaction=True)


def body(session: Session | None = None, **fields: Any) -> dict[str, Any]:
    place = str(session.public_id) if session else None
    return {"type": "draft", "tab": str(uuid.uuid4()), "session": place, "state": state(), **fields}


def leave(user: User, content: Any, **headers: str) -> tuple[int, str]:
    client = Client(headers=headers)
    client.force_login(user)
    raw = content if isinstance(content, str) else json.dumps(content)
    answer = client.post("/drafts/", raw, content_type="application/json")
    return answer.status_code, answer.content.decode()


def test_it_keeps_the_last_words(cast: Cast) -> None:
    assert leave(cast.alice, body(), **{"X-Team": str(cast.team.public_id)})[0] == 204
    assert Draft.objects.get(user=cast.alice).state == state()


def test_it_opens_with_the_draft_in_another_browser(cast: Cast) -> None:
    leave(cast.alice, body(state=state("A fox in another browser")))
    client = Client()
    client.force_login(cast.alice)
    assert "A fox in another browser" in client.get("/").content.decode()
    client.force_login(cast.bob)
    assert "A fox in another browser" not in client.get("/").content.decode()


def test_it_opens_an_older_run_without_the_draft_of_a_later_one(cast: Cast) -> None:
    session = make_session(cast.alice)
    leave(cast.alice, body(session, state=state("under the second", on=2)))
    session.runs = 2
    session.save()
    client = Client()
    client.force_login(cast.alice)
    assert (
        "under the second"
        not in client.get(f"{session.get_absolute_url()}runs/1/").content.decode()
    )
    session.runs = 1
    session.save()
    assert "under the second" in client.get(f"{session.get_absolute_url()}runs/1/").content.decode()


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"tab": "x"}', "[" * 100_000, '{"type": "run"}', "\x00"]
)
def test_it_says_what_is_wrong_with_a_broken_one(cast: Cast, broken: str) -> None:
    status, words = leave(cast.alice, broken)
    assert (status, words.endswith(".")) == (400, True)


def test_it_names_the_limit(cast: Cast) -> None:
    status, words = leave(cast.alice, body(state=state("x" * 400_000)))
    assert (status, "300 KB" in words) == (400, True)


def test_it_takes_no_more_than_a_request_may_hold(cast: Cast) -> None:
    assert leave(cast.alice, body(state=state("x" * 5_000_000)))[0] in (400, 413)


def test_it_finds_no_session_of_others(cast: Cast) -> None:
    session = make_session(cast.alice)
    assert leave(cast.charlie, body(session))[0] == 404
    assert leave(cast.bob, body(make_session(cast.alice, shared=False)))[0] == 404
    assert leave(cast.charlie, body(), **{"X-Team": str(cast.team.public_id)})[0] == 404
    assert Draft.objects.count() == 0


def test_it_takes_nothing_without_its_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    answer = client.post("/drafts/", json.dumps(body()), content_type="application/json")
    assert answer.status_code == 403


def test_it_refuses_a_form_where_a_message_belongs(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    assert client.post("/drafts/", {"state": "x"}).status_code == 400
