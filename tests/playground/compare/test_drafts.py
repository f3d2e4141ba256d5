"""What is typed is kept as it is typed, in every tab, and nothing of it is lost."""

import uuid

import pytest
from asgiref.sync import sync_to_async

from playground.compare.drafts import (
    MAX_SET_ASIDE,
    check_place,
    do_clear_draft,
    do_write_draft,
)
from playground.compare.messages import WriteDraft
from playground.compare.models import Draft, SetAside
from tests.factories import Cast, make_session, membership_of
from tests.playground.compare.drafting import Tab, state
from tests.playground.compare.page import opened, run

pytestmark = pytest.mark.django_db(transaction=True)


async def stored(cast: Cast) -> Draft:
    return await Draft.objects.aget(user=cast.alice)


async def test_it_keeps_what_is_typed(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        tab = await Tab(page).open()
        assert (await tab.write("A fo"))["revision"] == 1
        assert (await tab.write("A fox", open={"lane-0": True}))["revision"] == 2
    draft = await stored(cast)
    assert draft.state == state("A fox", open={"lane-0": True})
    assert (draft.session, str(draft.tab), draft.team_id) == (None, tab.name, cast.team.pk)


async def test_it_keeps_a_draft_for_each_session_and_for_the_new_one(cast: Cast) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    async with opened(cast.alice) as page:
        await Tab(page).write("new")
        await Tab(page, session).write("old")
    drafts = Draft.objects.order_by("id").values_list("session", "state__prompt")
    assert [row async for row in drafts] == [(None, "new"), (session.pk, "old")]


async def test_it_shows_the_last_write_in_ones_other_tab(cast: Cast) -> None:
    async with opened(cast.alice) as here, opened(cast.alice) as there:
        one, other = await Tab(here).open(), await Tab(there).open()
        await one.write("A fox and a lantern")
        changed = await other.shown()
        assert changed["state"] == state("A fox and a lantern")
        assert (await other.write("A fox and two"))["set_aside"] == []
        assert (await one.shown())["state"]["prompt"] == "A fox and two"
    assert await SetAside.objects.acount() == 0


async def test_it_shows_a_tab_that_opens_what_was_written_before(cast: Cast) -> None:
    async with opened(cast.alice) as here, opened(cast.alice) as there:
        await Tab(here).write("before")
        assert (await (await Tab(there).open()).shown())["state"]["prompt"] == "before"


async def test_it_puts_aside_what_a_tab_that_did_not_know_of_it_writes_over(cast: Cast) -> None:
    async with opened(cast.alice) as here, opened(cast.alice) as there:
        one, other = await Tab(here).open(), Tab(there)
        await one.write("long and dear")
        saved = await other.write("written offline")
        (kept,) = saved["set_aside"]
        assert kept["words"] == "long and dear"
        changed = await one.shown()
        assert (changed["state"]["prompt"], changed["set_aside"]) == ("written offline", [kept])
        back = await one.take_back(kept["id"])
        assert back["state"]["prompt"] == "long and dear"
        assert [item["words"] for item in back["set_aside"]] == ["written offline"]
        await other.open()
        assert (await other.shown())["state"]["prompt"] == "long and dear"


async def test_it_puts_nothing_aside_that_says_the_same(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        first = await Tab(page).write("the same")
        again = await Tab(page).write("the same")
    assert (again["revision"], again["set_aside"]) == (first["revision"], [])


async def test_it_keeps_a_limited_number_aside_and_forgets_when_told(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        for number in range(MAX_SET_ASIDE + 3):
            saved = await Tab(page).write(f"text {number}")
        assert len(saved["set_aside"]) == MAX_SET_ASIDE
        assert saved["set_aside"][0]["words"] == f"text {MAX_SET_ASIDE + 1}"
        await page.send({"type": "forget_set_aside", "session": None})
        assert (await page.event("draft_saved"))["set_aside"] == []
    assert await SetAside.objects.acount() == 0


async def test_it_keeps_what_makes_room_for_something_else(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        tab = Tab(page)
        await tab.write("a long conversation")
        whole = state("a long conversation", cases=[{"a": "x"}], mode="chat")
        await page.send(tab.about("put_aside", state=whole))
        put = await page.event("draft_saved")
        saved = await tab.write("its first half")
        assert [item["words"] for item in saved["set_aside"]] == ["a long conversation"]
        back = await tab.take_back(put["set_aside"][0]["id"])
    assert back["state"] == {**whole, "on": None}
    assert [item["words"] for item in back["set_aside"]] == ["its first half"]


async def test_it_puts_aside_no_more_than_a_draft_may_be(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        tab = Tab(page)
        for refused in (state("x" * 400_000), state("a\x00")):
            await page.send(tab.about("put_aside", state=refused))
            assert (await page.event("error"))["code"] == "bad_draft"
        await page.send(tab.about("put_aside", state={"open": {"a": True}}))
        assert (await page.event("draft_saved"))["set_aside"] == []
    assert await SetAside.objects.acount() == 0


async def test_it_clears_the_draft_when_it_has_run(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        tab = await Tab(page).open()
        await tab.write("What is KV caching?", open={"lane-1": True})
        await page.send(run("What is KV caching?"))
        await page.event("accepted")
        await page.ask("?")
    assert (await stored(cast)).state == {"open": {"lane-1": True}}
    assert await SetAside.objects.acount() == 0


def test_it_keeps_what_another_tab_typed_as_this_one_ran(cast: Cast) -> None:
    place = check_place(membership_of(cast.alice), None)
    this, other = uuid.uuid4(), uuid.uuid4()
    seen = do_write_draft(place, WriteDraft(tab=this, state=state("What ran")))
    do_write_draft(place, WriteDraft(tab=other, state=state("half a thought"), base=seen.revision))
    do_clear_draft(place, this, seen.revision)
    assert place.drafts.get().state == {"open": {}}
    assert SetAside.objects.get().state["prompt"] == "half a thought"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"prompt": "x" * 300_000}, "at most 300 KB"),
        ({"prompt": "a\x00b"}, "NUL"),
        ({"lanes": [{"settings": {"a\x00": 1}}]}, "NUL"),
        ({"open": "all"}, "by name"),
    ],
)
async def test_it_says_what_it_cannot_keep(
    cast: Cast, wrong: dict[str, object], words: str
) -> None:
    async with opened(cast.alice) as page:
        answer = await Tab(page).write(**{"prompt": "x", **wrong})
        assert (answer["type"], answer["code"]) == ("error", "bad_draft")
        assert words in answer["message"]
        assert (await page.ask(run()))["type"] == "accepted"
    assert await Draft.objects.acount() == 0


async def test_it_keeps_only_what_it_knows_of_a_state(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await Tab(page).write("kept", role="owner", prompt_html="<b>")
    assert (await stored(cast)).state == state("kept")


async def test_it_gives_a_draft_to_nobody_else(cast: Cast) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    async with opened(cast.alice) as page, opened(cast.bob) as teammate:
        await (await Tab(page, session).open()).write("not ready to be seen")
        await Tab(page, session).write("put aside too")
        bob = await Tab(teammate, session).open()
        assert (await bob.write("of Bob"))["revision"] == 1
        kept = await SetAside.objects.aget()
        assert (await bob.take_back(kept.pk))["code"] == "not_found"
        await teammate.send({"type": "forget_set_aside", "session": str(session.public_id)})
        await teammate.event("draft_saved")
    assert await SetAside.objects.acount() == 1
    assert await Draft.objects.acount() == 2


@pytest.mark.parametrize("kind", ["open", "draft", "put_aside", "take_back", "forget_set_aside"])
async def test_it_takes_nothing_for_a_session_of_others(cast: Cast, kind: str) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    private = await sync_to_async(make_session)(cast.alice, shared=False)
    for person, place in ((cast.charlie, session), (cast.bob, private)):
        async with opened(person) as page:
            await page.send(Tab(page, place).about(kind, state=state(), id=1))
            assert (await page.event("error"))["code"] == "not_found"
    assert await Draft.objects.acount() == 0


async def test_it_closes_over_a_frame_too_large(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.send(Tab(page).about("draft", state=state("x" * 10_000_000)))
        assert await page.closed() == 1009


@pytest.mark.parametrize("id", [0, -1, 2**63 - 1, 2**63, 10**30])
async def test_it_takes_back_nothing_by_such_a_number(cast: Cast, id: int) -> None:
    async with opened(cast.alice) as page:
        tab = Tab(page)
        await tab.write("here")
        assert (await tab.take_back(id))["type"] == "error"


async def test_it_keeps_drafts_of_a_viewer_who_may_not_run(cast: Cast) -> None:
    async with opened(cast.vera) as page:
        assert (await Tab(page).write("for later"))["type"] == "draft_saved"


async def test_it_understands_no_other_tab_than_a_uuid(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.send({"type": "open", "session": None, "tab": "one"})
        assert (await page.event("error"))["code"] == "bad_input"
        await page.send({"type": "open", "tab": str(uuid.uuid4()), "draft": -1})
        assert (await page.event("error"))["code"] == "bad_input"
