"""End to end: what fires arrives as a letter and as a signed webhook; what fails is tried again."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from playground.accounts.models import User
from playground.alerts.models import Change, Message
from playground.alerts.outbox import MOST_ATTEMPTS, deliver, put
from playground.alerts.tasks import watch
from playground.alerts.webhooks import key_of
from tests.factories import Cast
from tests.playground.alerts.receiver import Receiver, receiving
from tests.playground.alerts.rules import Clock, ended, make_rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.ALERT_WEBHOOK_HOSTS = [found.host]
        settings.ALERT_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        yield found


def later() -> None:
    """Let the next attempt be due."""
    Message.objects.filter(next_at__isnull=False).update(next_at=timezone.now())


def test_it_tells_both_ways_when_it_fires_and_when_it_is_over(
    cast: Cast, clock: Clock, receiver: Receiver
) -> None:
    rule = make_rule(cast, webhook_url=receiver.url, name="Slow foxes")
    slow = ended(cast, ttft_us=800_000)
    for _ in range(4):
        clock.now += timedelta(minutes=1)
        watch()
    slow.delete()
    for _ in range(4):
        clock.now += timedelta(minutes=1)
        watch()
    fired, over = mail.outbox
    assert fired.subject == f"Alert: Slow foxes ({cast.team.name})"
    assert fired.to == ["alice@example.com"]
    assert "TTFT p95 is 500 ms or more" in fired.body
    assert "Now: 800 ms" in fired.body
    assert f"/usage/alerts/{rule.public_id}/" in fired.body
    assert over.subject.startswith("Over: Slow foxes")
    assert [content["change"] for content in receiver.contents] == ["fired", "resolved"]
    first, second = receiver.contents
    assert (first["incident"]["value"], first["incident"]["ended_at"]) == (800, None)
    assert second["incident"]["ended_at"] is not None
    assert first["team"]["name"] == cast.team.name
    assert first["incident"]["id"] == second["incident"]["id"]
    assert Message.objects.filter(sent_at=None).count() == 0


def test_it_signs_what_it_sends(cast: Cast, receiver: Receiver) -> None:
    rule = make_rule(cast, webhook_url=receiver.url, by_email=False)
    put(rule, Change.TEST)
    deliver()
    ((headers, body),) = receiver.received
    signed = headers["Playground-Timestamp"].encode() + b"." + body
    expected = hmac.new(key_of(rule).encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Playground-Signature"] == f"v1={expected}"
    assert headers["Playground-Message"] == str(Message.objects.get().public_id)
    assert headers["Host"] == receiver.host
    assert abs(int(headers["Playground-Timestamp"]) - time.time()) < 60
    assert key_of(rule) != key_of(make_rule(cast))


def test_it_tries_again_and_then_gives_up(cast: Cast, receiver: Receiver) -> None:
    receiver.answers = [500]
    put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        deliver()
        message = Message.objects.get()
        assert (message.attempts, message.sent_at) == (attempt, None)
        assert message.problem == "127.0.0.1 answered 500."
        assert deliver() == 0, "not before it is due"
        later()
    assert message.was_given_up
    assert deliver() == 0
    assert len(receiver.received) == MOST_ATTEMPTS


def test_it_arrives_at_a_later_attempt(cast: Cast, receiver: Receiver) -> None:
    receiver.answers = [503, 200]
    put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)
    deliver()
    later()
    deliver()
    message = Message.objects.get()
    assert (message.attempts, message.problem) == (2, "")
    assert message.sent_at is not None


def test_it_tells_of_the_end_after_the_beginning(
    cast: Cast, clock: Clock, receiver: Receiver
) -> None:
    receiver.answers = [500, 500, 200]
    make_rule(cast, webhook_url=receiver.url, by_email=False, fire_after=1)
    slow = ended(cast, ttft_us=800_000)
    clock.watch(1)
    deliver()
    slow.delete()
    clock.watch(3)
    for _ in range(3):
        deliver()
        later()
    deliver()
    told = [content["change"] for content in receiver.contents]
    assert told == ["fired", "fired", "fired", "resolved"]


def test_a_test_waits_for_nothing(cast: Cast, clock: Clock, receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    rule = make_rule(cast, webhook_url=receiver.url, by_email=False, fire_after=1)
    ended(cast, ttft_us=800_000)
    clock.watch(1)
    deliver()
    put(rule, Change.TEST)
    deliver()
    assert [content["change"] for content in receiver.contents] == ["fired", "test"]


def test_it_follows_no_redirect(cast: Cast, receiver: Receiver, settings: Settings) -> None:
    with receiving() as elsewhere:
        settings.ALERT_WEBHOOK_HOSTS = [receiver.host, elsewhere.host]
        receiver.answers, receiver.location = [307], elsewhere.url
        put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)
        deliver()
        assert elsewhere.received == []
    assert "a redirect; none is followed" in Message.objects.get().problem


def test_it_waits_no_longer_than_its_time_in_all(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, and all of them never."""
    monkeypatch.setattr("playground.alerts.posting.SECONDS", 0.5)
    receiver.answers = [0]
    put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)
    begun = time.monotonic()
    deliver()
    assert time.monotonic() - begun < 3
    assert "did not answer within" in Message.objects.get().problem


def test_it_sends_each_once_where_many_send(cast: Cast, receiver: Receiver) -> None:
    for _ in range(10):
        put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)

    def send(_: int) -> int:
        try:
            return deliver()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(send, range(4))) == 10
    assert len(receiver.received) == 10


def test_it_asks_for_the_hosts_again_when_it_sends(
    cast: Cast, receiver: Receiver, settings: Settings
) -> None:
    settings.ALERT_WEBHOOK_HOSTS = ["hooks.example.com"]
    put(make_rule(cast, webhook_url=receiver.url, by_email=False), Change.TEST)
    deliver()
    assert receiver.received == []
    assert "hooks.example.com" in Message.objects.get().problem


def test_it_writes_to_those_who_lead_now(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(is_staff=True)
    put(make_rule(cast), Change.TEST)
    put(make_rule(cast, team=None), Change.TEST)
    deliver()
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"], ["bob@example.com"]]


def test_it_tries_again_where_the_mail_server_is_away(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise SMTPServerDisconnected

    put(make_rule(cast), Change.TEST)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        deliver()
    assert "mail server" in Message.objects.get().problem
    later()
    deliver()
    assert len(mail.outbox) == 1
    assert Message.objects.get().sent_at is not None


def test_a_name_cannot_break_a_letters_head(cast: Cast) -> None:
    put(make_rule(cast, name="Slow\r\nBcc: eve@example.com"), Change.TEST)
    deliver()
    assert "\n" not in mail.outbox[0].subject
