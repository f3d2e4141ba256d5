"""A report comes once a week to those who asked for it and may still see the figures."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from playground.accounts.models import Membership, Role, User
from playground.analytics.rollups import rebuild
from playground.quotas.models import Quota
from playground.reports.actions import send_due
from playground.reports.models import Subscription
from tests.factories import Cast, make_generation, team_of

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 11, 9)
DUE = datetime(2026, 11, 16, 8, 5, tzinfo=UTC)


def subscribe(user: User, **fields: Any) -> Subscription:
    return Subscription.objects.create(
        **{
            "user": user, "team": team_of(user), "zone": "UTC", "site_url": "http://site.example",
            "sent_for": MONDAY - timedelta(days=7), **fields,
        }
    )  # fmt: skip


def ended(cast: Cast, day: date, **fields: Any) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    make_generation(
        **{
            "team_id": cast.team.pk, "user_id": cast.bob.pk, "status": "done", "finished_at": at,
            "prompt_tokens": 100, "output_tokens": 20, "ttft_us": 250_000, **fields,
        }
    )  # fmt: skip


def a_week(cast: Cast) -> None:
    """Three answers in the week, one of them failed, and two in the week before."""
    for day in (0, 1):
        ended(cast, MONDAY + timedelta(days=day))
    ended(cast, MONDAY + timedelta(days=6), status="failed", messages=[{"content": "secret fox"}])
    for day in (1, 2):
        ended(cast, MONDAY - timedelta(days=day))
    ended(cast, MONDAY, team_id=team_of(cast.charlie).pk, profile="secret-model")
    start = datetime(2026, 11, 2, tzinfo=UTC)
    rebuild(start, start + timedelta(days=14))


def test_it_tells_the_week_and_how_it_changed(cast: Cast) -> None:
    a_week(cast)
    Quota.objects.create(team=cast.team, tokens_a_month=100_000)
    subscription = subscribe(cast.alice)
    assert send_due(DUE) == 1
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.com"]
    assert letter.subject == f"{cast.team.name}: the week from 9 November 2026"
    (alternative,) = letter.alternatives  # type: ignore[attr-defined]
    plain, html = letter.body, str(alternative[0])
    assert "Requests: 3 (+50 %)" in plain
    assert "Tokens: 360 (+50 %)" in plain
    assert "Errors: 33.3 %" in plain
    assert "bob@example.com: 3" in plain
    assert "small: 3" in plain
    assert "100,000 tokens" in plain
    for words in (plain, html):
        assert "secret" not in words
        assert f"http://site.example/usage/report/stop/{subscription.public_id}/" in words
    assert "bob@example.com" in html
    assert "since=2026-11-09&until=2026-11-15" in plain
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_comes_once_a_week(cast: Cast) -> None:
    subscribe(cast.alice)
    assert [send_due(DUE + timedelta(hours=hours)) for hours in (0, 1, 30, 167)] == [1, 0, 0, 0]
    assert send_due(DUE + timedelta(days=7)) == 1
    assert Subscription.objects.get().sent_for == MONDAY + timedelta(days=7)
    assert len(mail.outbox) == 2
    assert "Nothing was asked this week." in mail.outbox[0].body


def test_it_comes_once_where_many_send(cast: Cast) -> None:
    subscribe(cast.alice)

    def send(_: int) -> int:
        try:
            return send_due(DUE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(send, range(6))) == 1
    assert len(mail.outbox) == 1


def test_it_does_not_come_before_its_time(cast: Cast) -> None:
    subscribe(cast.alice, zone="America/Los_Angeles")
    assert send_due(DUE) == 0
    assert send_due(DUE + timedelta(hours=8)) == 1


def test_it_comes_in_the_far_east_first(cast: Cast) -> None:
    subscribe(cast.alice, zone="Pacific/Kiritimati")
    assert send_due(datetime(2026, 11, 15, 18, 5, tzinfo=UTC)) == 1


def test_after_a_pause_only_the_newest_comes(cast: Cast) -> None:
    subscribe(cast.alice, sent_for=MONDAY - timedelta(days=70))
    assert send_due(DUE) == 1
    assert "9 November 2026" in mail.outbox[0].subject


def test_it_is_sent_again_where_the_mail_server_was_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise SMTPServerDisconnected

    subscribe(cast.alice)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert send_due(DUE) == 0
    assert send_due(DUE + timedelta(hours=1)) == 1


def test_it_goes_to_nobody_who_lost_sight_of_the_figures(cast: Cast) -> None:
    subscribe(cast.alice)
    Membership.objects.filter(user=cast.alice).update(role=Role.MEMBER)
    assert send_due(DUE) == 0
    assert not Subscription.objects.exists()
    assert mail.outbox == []


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_admin_asks_for_it_and_ends_it(cast: Cast) -> None:
    client = browser(cast.alice)
    answer = client.post("/usage/report/", {"zone": "Europe/Berlin"}, follow=True)
    assert "The next one comes on Monday" in answer.content.decode()
    made = Subscription.objects.get()
    assert (made.user, made.team, made.zone) == (cast.alice, cast.team, "Europe/Berlin")
    assert send_due() == 0, "the first comes with the week that runs"
    client.post("/usage/report/", {"zone": "UTC"})
    assert Subscription.objects.get().zone == "UTC"
    client.post("/usage/report/", {"stop": "1"})
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "a\x00b", "u" * 200])
def test_it_knows_the_zones(cast: Cast, zone: str) -> None:
    answer = browser(cast.alice).post("/usage/report/", {"zone": zone})
    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_it_is_not_for_members(cast: Cast) -> None:
    for person in (cast.bob, cast.vera):
        assert browser(person).get("/usage/report/").status_code == 403
        assert browser(person).post("/usage/report/", {"zone": "UTC"}).status_code == 403


def test_the_link_of_a_mail_ends_it_without_signing_in(cast: Cast) -> None:
    subscription = subscribe(cast.alice)
    path = f"/usage/report/stop/{subscription.public_id}/"
    stranger = Client(enforce_csrf_checks=True)
    assert "No more weekly reports?" in stranger.get(path).content.decode()
    assert Subscription.objects.exists(), "programs open links"
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscription.objects.exists()
    assert "is off" in stranger.post(path).content.decode()


def test_a_guess_ends_nothing(cast: Cast) -> None:
    subscribe(cast.alice)
    Client().post("/usage/report/stop/00000000-0000-4000-8000-000000000000/")
    assert Subscription.objects.exists()
