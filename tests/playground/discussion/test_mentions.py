"""Who is meant by `@name`, and what they hear of it."""

import pytest
from django.test import Client

from playground.accounts.models import Role
from playground.compare.models import Comparison
from playground.compare.requests import BadInput
from playground.discussion.mentions import mentioned, suggestions
from playground.discussion.models import Comment, Notice
from tests.factories import Cast, join, make_user
from tests.playground.discussion.talk import path_of, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("@bob look", ["bob"]),
        ("(@Bob), and @vera!", ["bob", "vera"]),
        ("@bob@example.com.", ["bob"]),
        ("@Bob Fisher says", ["bob"]),
        ("@bob @bob", ["bob"]),
        ("@charlie is in no team of ours", []),
        ("@bobby and @bob.fisher", []),
        ("mail bob@bob please", []),
        ("`@bob`", []),
        ("@", []),
        ("@@bob", []),
    ],
)
def test_it_finds_teammates(cast: Cast, body: str, meant: list[str]) -> None:
    cast.bob.first_name, cast.bob.last_name = "Bob", "Fisher"
    cast.bob.save()
    assert [p.email.partition("@")[0] for p in mentioned(body, cast.team)] == meant


def test_it_asks_which_of_two_is_meant(cast: Cast) -> None:
    other = make_user("other")
    other.email = "bob@elsewhere.example"
    other.save()
    join(other, cast.team, Role.MEMBER)
    with pytest.raises(BadInput, match=r"@bob@example.com or @bob@elsewhere|@bob@elsewhere"):
        mentioned("@bob", cast.team)
    assert mentioned("@bob@elsewhere.example", cast.team) == [other]
    assert {item.handle for item in suggestions(cast.team, "bo")} == {cast.bob.email, other.email}


def test_it_tells_whom_it_mentions(cast: Cast, run: Comparison) -> None:
    say(cast.alice, run, "@bob and @vera, look. @alice too.")
    told = {(notice.user, notice.kind) for notice in Notice.objects.all()}
    assert told == {(cast.bob, "mention"), (cast.vera, "mention")}


def test_it_tells_the_runs_author_and_who_spoke_before(cast: Cast, run: Comparison) -> None:
    dan = join(make_user("dan"), cast.team, Role.MEMBER)
    say(cast.bob, run, "Too hot.")
    Notice.objects.all().delete()
    say(dan, run, "I agree.")
    told = {(notice.user, notice.kind) for notice in Notice.objects.all()}
    assert told == {(cast.alice, "reply"), (cast.bob, "reply")}


def test_it_tells_once_and_not_who_left(cast: Cast, run: Comparison) -> None:
    say(cast.bob, run, "Too hot.")
    say(cast.alice, run, "@bob: why?")
    assert [n.kind for n in Notice.objects.filter(user=cast.bob)] == ["mention"]
    Notice.objects.all().delete()
    cast.bob.memberships.all().delete()
    say(cast.alice, run, "@bob: are you there?")
    assert not Notice.objects.filter(user=cast.bob).exists()


def test_it_says_who_cannot_see_a_private_run(cast: Cast, private_run: Comparison) -> None:
    page = say(cast.alice, private_run, "@bob look")
    assert "This run is private, so bob cannot see it" in page
    assert "@bob look" in page
    assert not Comment.objects.exists()
    assert not Notice.objects.exists()


def test_it_follows_an_edit(cast: Cast, run: Comparison) -> None:
    say(cast.alice, run, "@bob look")
    comment = Comment.objects.get()
    client = Client()
    client.force_login(cast.alice)
    client.post(f"/comments/{comment.pk}/", {"body": "@vera look"})
    assert [notice.user for notice in Notice.objects.all()] == [cast.vera]


def test_it_completes_a_name(cast: Cast, run: Comparison, private_run: Comparison) -> None:
    client = Client()
    client.force_login(cast.alice)
    people = client.get(path_of(run, "mentions/"), {"q": "b"}).json()["people"]
    assert people == [{"handle": "bob", "name": "bob", "blind": False}]
    people = client.get(path_of(private_run, "mentions/"), {"q": "B\x00o" * 90}).json()["people"]
    assert people == []
    people = client.get(path_of(private_run, "mentions/"), {"q": "b"}).json()["people"]
    assert people[0]["blind"]
