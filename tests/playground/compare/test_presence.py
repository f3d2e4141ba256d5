"""Who else has a session open, and what they start there, is seen while it happens."""

from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async

from playground.accounts.models import Membership
from playground.compare import presence
from playground.compare.models import Comparison, Session
from playground.compare.rooms import initials
from playground.local.valkey import Valkey
from tests.factories import Cast, generations_of, make_session, make_user
from tests.playground.compare.drafting import Tab
from tests.playground.compare.page import Page, opened, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(cast: Cast) -> Session:
    return make_session(cast.alice)


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.3)


async def names(page: Page, *expected: str) -> None:
    """Wait until these others, and nobody else, are shown as here."""
    while True:
        people = (await page.event("presence", seconds=15))["people"]
        if [person["name"] for person in people] == list(expected):
            return


def again(session: Session, **fields: Any) -> dict[str, Any]:
    return run(session=str(session.public_id), **fields)


async def test_it_shows_who_comes_and_who_leaves(cast: Cast, session: Session) -> None:
    async with opened(cast.alice) as alice:
        await Tab(alice, session).open(run=1)
        await names(alice)
        async with opened(cast.vera) as vera:
            async with opened(cast.bob) as bob:
                await Tab(bob, session).open(run=1)
                await names(alice, "bob")
                await Tab(vera, session).open(run=1)
                await names(alice, "bob", "vera")
                await names(bob, "alice", "vera")
            await names(alice, "vera")


async def test_it_counts_two_tabs_of_one_person_once_and_not_oneself(
    cast: Cast, session: Session
) -> None:
    async with opened(cast.bob) as first, opened(cast.alice) as alice:
        async with opened(cast.bob) as second:
            for page in (first, second, alice):
                await Tab(page, session).open(run=1)
            await names(alice, "bob")
            await names(first, "alice")
        # One of Bob's two tabs has left: he is still here, so nothing is said of it.
        assert await alice.unasked("presence") == []


async def test_it_shows_who_went_without_a_word_as_gone(
    cast: Cast, session: Session, valkey: Valkey
) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        member = presence.member_of(cast.bob.pk, "a page whose process died")
        key = f"presence:{session.public_id}"
        (now, _) = client.time()  # type: ignore[misc]
        client.zadd(key, {member: now + 2})
        async with opened(cast.alice) as alice:
            await Tab(alice, session).open(run=1)
            await names(alice, "bob")
            await names(alice)


async def test_it_shows_nobody_of_a_private_session(cast: Cast) -> None:
    private = await sync_to_async(make_session)(cast.alice, shared=False)
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await Tab(alice, private).open(run=1)
        await names(alice)
        await Tab(bob, private).open(run=1)
        assert (await bob.event("error"))["code"] == "not_found"
        await bob.send(again(private))
        assert (await bob.event("error", "presence", "run_started"))["code"] == "not_found"


async def test_it_tells_of_a_run_that_a_teammate_starts(cast: Cast, session: Session) -> None:
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await Tab(alice, session).open(run=1)
        await names(alice)
        accepted = await bob.ask(again(session))
        started = await alice.event("run_started")
    assert (started["author"], started["mine"]) == ("bob", False)
    assert started["comparison"] == accepted["comparison"]
    assert started["session"]["id"] == str(session.public_id)


async def test_it_streams_a_teammates_run(cast: Cast, session: Session) -> None:
    async with opened(cast.vera) as vera, opened(cast.bob) as bob:
        await Tab(vera, session).open(run=1)
        accepted = await bob.ask(again(session))
        await vera.event("run_started")
        ids = [lane["generation"] for lane in accepted["lanes"]]
        await vera.send({"type": "watch", "generations": [{"generation": id} for id in ids]})
        assert (await vera.event("status"))["generation"] in ids


async def test_it_tells_ones_own_other_tab_and_not_the_tab_that_ran(
    cast: Cast, session: Session
) -> None:
    async with opened(cast.alice) as here, opened(cast.alice) as there:
        await Tab(here, session).open(run=1)
        await Tab(there, session).open(run=1)
        await names(there)
        await here.ask(again(session))
        assert (await there.event("run_started"))["mine"]
        assert await here.unasked("run_started") == []


async def test_it_tells_whoever_opens_of_runs_that_they_do_not_know(
    cast: Cast, session: Session
) -> None:
    async with opened(cast.bob) as bob, opened(cast.alice) as alice:
        await bob.ask(again(session))
        await Tab(alice, session).open(run=1)
        assert (await alice.event("run_started"))["comparison"]["number"] == 2


async def test_it_does_not_tell_of_a_private_run(cast: Cast, session: Session) -> None:
    # The run that is there is shared, those to come in this session are not.
    await Session.objects.aupdate(shared=False)
    async with opened(cast.bob) as bob, opened(cast.alice) as alice:
        await Tab(bob, session).open(run=1)
        await names(bob)
        await alice.ask(again(session))
        assert await bob.unasked("run_started") == []


@pytest.mark.parametrize("ended", ["made private", "removed from the team"])
async def test_it_sends_away_who_may_no_longer_see_it(
    cast: Cast, session: Session, ended: str
) -> None:
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await Tab(alice, session).open(run=1)
        await Tab(bob, session).open(run=1)
        await names(alice, "bob")
        if ended == "made private":
            await Session.objects.aupdate(shared=False)
            await Comparison.objects.aupdate(shared=False)
        else:
            await Membership.objects.filter(user=cast.bob).adelete()
        await names(alice)
        assert "no longer shared" in (await bob.event("error"))["message"]


async def test_it_heals_after_valkey_was_away(cast: Cast, session: Session, valkey: Valkey) -> None:
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await Tab(alice, session).open(run=1)
        await names(alice)
        await sync_to_async(valkey.restart)()
        with redis.Redis.from_url(valkey.url) as client:
            client.flushall()
        await Tab(bob, session).open(run=1)
        await names(alice, "bob")
        await bob.ask(again(session))
        assert (await alice.event("run_started"))["author"] == "bob"


async def test_it_keeps_no_prompt_and_no_name_in_valkey(
    cast: Cast, session: Session, valkey: Valkey
) -> None:
    client = redis.Redis.from_url(valkey.url)
    heard = client.pubsub()
    heard.subscribe("announcements")
    async with opened(cast.alice) as alice:
        tab = await Tab(alice, session).open(run=1)
        await names(alice)
        await tab.write("a canary in a lantern")
        await alice.ask(again(session, messages=[{"role": "user", "content": "a canary"}]))
    said = []
    while (message := heard.get_message(timeout=0.2)) is not None:
        said.append(str(message["data"]))
    assert len(said) > 2
    assert not any("canary" in item or "alice" in item for item in said)
    assert len(await sync_to_async(generations_of)(session)) == 3


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [("", "", "AL"), ("Ada", "Lovelace", "AL"), ("Émile", "", "É"), ("a b", "c d", "AD")],
)
def test_it_gives_everyone_initials(cast: Cast, first: str, last: str, shown: str) -> None:
    person = make_user("ada.lovelace")
    person.first_name, person.last_name = first, last
    assert initials(person) == shown
