"""Everyone in a team sees its quota; the site's staff set it, and the log says so."""

import pytest
from django.test import Client
from django.utils import timezone

from playground.accounts.models import AuditEntry, User
from playground.quotas.models import Quota
from tests.factories import Cast, make_generation, team_of

pytestmark = pytest.mark.django_db(transaction=True)


def page(person: User, path: str = "/usage/quota/") -> str:
    browser = Client()
    browser.force_login(person)
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def ended(cast: Cast, tokens: int) -> None:
    make_generation(
        team_id=cast.team.pk, status="done", finished_at=timezone.now(), output_tokens=tokens
    )


def test_it_shows_everyone_what_is_left(cast: Cast) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=10_000)
    ended(cast, 2500)
    for person in (cast.alice, cast.bob, cast.vera):
        words = page(person)
        assert "7,500" in words
        assert "25.0 %" in words
        assert 'data-chart="drawing-burn-down"' in words


def test_it_shows_a_member_no_other_usage(cast: Cast) -> None:
    assert 'href="/usage/people/"' in page(cast.alice)
    assert 'href="/usage/people/"' not in page(cast.bob)


def test_it_is_in_the_navigation_of_those_who_see_nothing_else(cast: Cast) -> None:
    assert 'href="/usage/quota/"' in page(cast.bob, "/inbox/")
    assert 'href="/usage/quota/"' not in page(cast.alice, "/inbox/")


def test_it_says_that_there_is_none(cast: Cast) -> None:
    ended(cast, 2500)
    assert "as many tokens as it likes" in page(cast.alice)
    assert "2,500" in page(cast.alice)


def test_it_says_that_it_is_used_up(cast: Cast) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=100)
    ended(cast, 250)
    assert "used up" in page(cast.alice)


def test_it_shows_nothing_of_another_team(cast: Cast) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=4711)
    assert "4,711" not in page(cast.charlie)


def test_it_hands_its_days_out(cast: Cast) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=10_000)
    ended(cast, 2500)
    assert "2500,7500" in page(cast.bob, "/usage/quota/burn-down.csv")
    browser = Client()
    browser.force_login(cast.bob)
    for path in ("nothing.csv", "burn-down.xls"):
        assert browser.get(f"/usage/quota/{path}").status_code == 404


@pytest.fixture
def staff(cast: Cast, client: Client) -> Client:
    User.objects.filter(pk=cast.charlie.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=cast.charlie.pk))
    return client


def test_setting_it_stands_in_the_log(cast: Cast, staff: Client) -> None:
    form = {"team": cast.team.pk, "tokens_a_month": "5000", "requests_a_minute": ""}
    assert staff.post("/staff/quotas/quota/add/", form).status_code == 302
    quota = Quota.objects.get()
    path = f"/staff/quotas/quota/{quota.pk}/"
    assert staff.post(f"{path}change/", {**form, "tokens_a_month": "9000"}).status_code == 302
    staff.post(f"{path}change/", {**form, "tokens_a_month": "9000"})
    assert staff.post(f"{path}delete/", {"post": "yes"}).status_code == 302
    entries = AuditEntry.objects.filter(team=cast.team, action="quota.changed").order_by("pk")
    told = [entry.detail["tokens_a_month"] for entry in entries]
    assert told == [
        {"from": None, "to": 5000}, {"from": 5000, "to": 9000}, {"from": 9000, "to": None},
    ]  # fmt: skip
    assert entries[0].actor == cast.charlie


def test_it_is_given_to_no_other_team_afterwards(cast: Cast, staff: Client) -> None:
    quota = Quota.objects.create(team=cast.team, tokens_a_month=5)
    form = {"team": team_of(cast.charlie).pk, "tokens_a_month": "5"}
    staff.post(f"/staff/quotas/quota/{quota.pk}/change/", form)
    assert Quota.objects.get().team == cast.team


@pytest.mark.parametrize("tokens", ["-1", "many", "1e9", str(2**63)])
def test_it_takes_no_nonsense(cast: Cast, staff: Client, tokens: str) -> None:
    form = {"team": cast.team.pk, "tokens_a_month": tokens}
    assert staff.post("/staff/quotas/quota/add/", form).status_code == 200
    assert not Quota.objects.exists()
