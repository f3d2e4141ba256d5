"""The pages: a team's leaders make, change, mute and try alerts; staff do so for the site."""

from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from playground.accounts.models import AuditEntry, Role, User
from playground.alerts.actions import MOST_RULES
from playground.alerts.models import Incident, Message, Rule
from playground.alerts.outbox import deliver
from playground.alerts.watching import note
from playground.local.valkey import Valkey
from tests.factories import Cast, join
from tests.playground.alerts.rules import make_rule

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/usage/alerts/new/?kind="
GOOD: dict[str, Any] = {
    "name": "Slow foxes", "limit": "500", "profile": "", "window_minutes": "5", "at_least": "20",
    "fire_after": "3", "resolve_after": "5", "by_email": "on", "webhook_url": "",
}  # fmt: skip


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def posted(person: User, path: str, **fields: Any) -> HttpResponse:
    return browser(person).post(path, fields, follow=True)  # type: ignore[return-value]


def words(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize("kind", ["ttft_p95", "error_rate", "queue_age", "no_worker", "quota"])
def test_it_makes_one_of_each_kind(cast: Cast, kind: str) -> None:
    page = browser(cast.alice).get(f"{NEW}{kind}")
    fields = {name: GOOD.get(name) or "" for name in page.context["form"].fields}
    fields |= {"limit": "50"} if "limit" in fields else {}
    fields |= {"profile": "small"} if kind == "no_worker" else {}
    answer = posted(cast.alice, f"{NEW}{kind}", **fields)
    assert "Slow foxes" in words(answer)
    rule = Rule.objects.get()
    assert (rule.measure, rule.team, rule.author) == (kind, cast.team, cast.alice)
    assert rule.site_url == "http://testserver"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("limit", "0", "From 1 to 600,000 milliseconds."),
        ("limit", "nan", "From 1 to 600,000 milliseconds."),
        ("limit", "1e99", "From 1 to 600,000 milliseconds."),
        ("limit", "", "required"),
        ("fire_after", "0", "From 1 to 240."),
        ("fire_after", "99999999999999999999", "From 1 to 240."),
        ("resolve_after", "1", "From 2 to 240."),
        ("at_least", "-4", "From 1 to 1,000,000."),
        ("profile", "gpt-9", "none of the models here"),
        ("window_minutes", "7", "Select a valid choice"),
        ("name", "", "required"),
        ("name", "a\x00b", "Null characters"),
        ("name", "a" * 81, "at most 80"),
        ("webhook_url", "https://evil.example/", "Webhooks are off here"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, field: str, value: str, said: str
) -> None:
    answer = posted(cast.alice, f"{NEW}ttft_p95", **{**GOOD, "name": "Owls", field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert field == "name" or 'value="Owls"' in words(answer)
    assert not Rule.objects.exists()


@pytest.mark.parametrize("query", ["", "?kind=", "?kind=nonsense", "?kind=%00"])
def test_it_asks_what_to_look_at(cast: Cast, query: str) -> None:
    answer = browser(cast.alice).get(f"/usage/alerts/new/{query}")
    assert answer.status_code == 200
    assert "?kind=error_rate" in words(answer)


def test_it_names_the_hosts_that_are_allowed(cast: Cast, settings: Settings) -> None:
    assert "no host" in words(browser(cast.alice).get(f"{NEW}ttft_p95"))
    settings.ALERT_WEBHOOK_HOSTS = ["hooks.example.com"]
    form = {**GOOD, "webhook_url": "https://evil.example/"}
    answer = posted(cast.alice, f"{NEW}ttft_p95", **form)
    assert "Webhooks may go to hooks.example.com here." in words(answer)
    form["webhook_url"] = "https://hooks.example.com/fox"
    posted(cast.alice, f"{NEW}ttft_p95", **form)
    assert Rule.objects.get().webhook_url == "https://hooks.example.com/fox"


def test_it_changes_one(cast: Cast) -> None:
    rule = make_rule(cast, bad_minutes=1)
    posted(cast.alice, f"/usage/alerts/{rule.public_id}/", **{**GOOD, "name": "Owls"})
    rule.refresh_from_db()
    assert (rule.name, rule.fire_after, rule.window_minutes) == ("Owls", 3, 5)
    assert rule.bad_minutes == 0


def test_a_new_name_leaves_what_fires_firing(cast: Cast) -> None:
    rule = make_rule(cast, limit=500, fire_after=1, resolve_after=5, window_minutes=5, at_least=20)
    note(rule.pk, timezone.now(), 900)
    same = {**GOOD, "fire_after": "1", "name": "Owls"}
    posted(cast.alice, f"/usage/alerts/{rule.public_id}/", **same)
    assert Incident.objects.get().ended_at is None
    posted(cast.alice, f"/usage/alerts/{rule.public_id}/", **{**same, "limit": "1000"})
    assert Incident.objects.get().ended_at is not None
    assert [message.change for message in Message.objects.order_by("pk")] == ["fired", "resolved"]


def test_it_mutes_and_unmutes(cast: Cast) -> None:
    rule = make_rule(cast)
    path = f"/usage/alerts/{rule.public_id}/mute/"
    for how in ("hour", "day", "week", "on"):
        assert "Unmute" in words(posted(cast.alice, path, how=how))
        rule.refresh_from_db()
        assert rule.muted_until is not None
        assert rule.muted_until > timezone.now()
    posted(cast.alice, path, how="off")
    rule.refresh_from_db()
    assert rule.muted_until is None
    assert "Choose how long" in words(posted(cast.alice, path, how="nonsense"))


def test_it_deletes_one(cast: Cast) -> None:
    rule = make_rule(cast)
    assert "is deleted" in words(posted(cast.alice, f"/usage/alerts/{rule.public_id}/delete/"))
    assert not Rule.objects.exists()


def test_it_sends_a_test(cast: Cast, valkey: Valkey) -> None:
    rule = make_rule(cast)
    path = f"/usage/alerts/{rule.public_id}/"
    assert "on its way" in words(posted(cast.alice, f"{path}test/"))
    deliver()
    assert mail.outbox[0].subject.startswith("Test of an alert")
    part = words(browser(cast.alice).get(f"{path}?part=messages"))
    assert "sent" in part
    assert "every 2s" not in part
    for _ in range(6):
        answer = posted(cast.alice, f"{path}test/")
    assert "too often" in words(answer)


def test_it_says_that_nothing_would_be_sent(cast: Cast) -> None:
    rule = make_rule(cast, by_email=False)
    answer = posted(cast.alice, f"/usage/alerts/{rule.public_id}/test/")
    assert "sends nothing" in words(answer)
    assert not Message.objects.exists()


def test_it_shows_what_fires_and_what_failed_to_arrive(cast: Cast) -> None:
    rule = make_rule(cast, fire_after=1, name="Slow <foxes>")
    note(rule.pk, timezone.now(), 900)
    Message.objects.update(problem="hooks.example.com answered 500.", attempts=2)
    page = words(browser(cast.alice).get("/usage/alerts/"))
    assert "firing since" in page
    assert "failed 2 times: hooks.example.com answered 500." in page
    assert "Slow &lt;foxes&gt;" in page
    assert "900 ms" in page


def test_it_turns_the_pages_of_incidents(cast: Cast) -> None:
    rule = make_rule(cast)
    now = timezone.now()
    Incident.objects.bulk_create(
        Incident(rule=rule, began_at=now, ended_at=now, limit=number) for number in range(1, 61)
    )
    client = browser(cast.alice)
    first = client.get("/usage/alerts/incidents/")
    rest = client.get("/usage/alerts/incidents/", {"before": first.context["more"]})
    assert (len(first.context["incidents"]), len(rest.context["incidents"])) == (50, 10)
    for before in ("-1", "x", "9" * 40, "\x00", "²"):
        assert client.get("/usage/alerts/incidents/", {"before": before}).status_code == 200
    assert "All incidents" in words(client.get("/usage/alerts/"))


@pytest.mark.parametrize("path", ["", "new/", "incidents/"])
def test_it_is_for_leaders(cast: Cast, path: str) -> None:
    for person in (cast.bob, cast.vera):
        assert browser(person).get(f"/usage/alerts/{path}").status_code == 403
        assert browser(person).get(f"/usage/site/alerts/{path}").status_code == 403
    admin = join(cast.charlie, cast.team, Role.ADMIN)
    assert browser(admin).get(f"/usage/alerts/{path}").status_code == 200


def test_the_sites_alerts_are_for_its_staff(cast: Cast) -> None:
    rule = make_rule(cast, team=None, name="Whole site")
    path = f"/usage/alerts/{rule.public_id}/"
    assert browser(cast.alice).get(path).status_code == 404
    assert browser(cast.alice).post(f"{path}delete/").status_code == 404
    User.objects.filter(pk=cast.bob.pk).update(is_staff=True)
    staff = browser(User.objects.get(pk=cast.bob.pk))
    assert staff.get(path).status_code == 200
    assert "Whole site" in words(staff.get("/usage/site/alerts/"))
    answer = staff.post("/usage/site/alerts/new/?kind=ttft_p95", GOOD, follow=True)
    assert "Slow foxes" in words(answer)
    assert Rule.objects.filter(team=None).count() == 2
    assert "Slow foxes" not in words(browser(cast.alice).get("/usage/alerts/"))


def test_there_are_no_more_than_so_many(cast: Cast) -> None:
    Rule.objects.bulk_create(
        Rule(team=cast.team, name="x", measure="quota", limit=1, fire_after=1, resolve_after=2)
        for _ in range(MOST_RULES)
    )
    answer = posted(cast.alice, f"{NEW}ttft_p95", **GOOD)
    assert f"There are {MOST_RULES} alerts" in words(answer)
    assert Rule.objects.count() == MOST_RULES


def test_its_list_takes_as_many_queries_for_thirty_as_for_three(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        rule = make_rule(cast, name=f"Rule {number}", fire_after=1)
        note(rule.pk, timezone.now(), 900)
    client = browser(cast.alice)
    client.get("/usage/alerts/")
    with django_assert_max_num_queries(14):
        client.get("/usage/alerts/")


def test_it_writes_down_who_made_changed_muted_and_deleted_an_alert(cast: Cast) -> None:
    posted(cast.alice, f"{NEW}ttft_p95", **GOOD)
    address = f"/usage/alerts/{Rule.objects.get().public_id}/"
    posted(cast.alice, address, **GOOD)
    posted(cast.alice, address, **GOOD | {"limit": "900", "name": "Slower foxes"})
    posted(cast.alice, f"{address}mute/", how="hour")
    posted(cast.alice, f"{address}delete/")
    entries = AuditEntry.objects.filter(team=cast.team, action__startswith="alert.").order_by("pk")
    assert [entry.action.removeprefix("alert.") for entry in entries] == [
        "made", "changed", "muted", "deleted",
    ]  # fmt: skip
    assert entries[1].detail == {"changed": ["limit", "name"]}
    assert entries[3].target == "the alert “Slower foxes”"
    assert {entry.actor for entry in entries} == {cast.alice}
