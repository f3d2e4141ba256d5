"""A session is titled by its first run: who may not see that run sees it by one that they may."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from playground.accounts.models import User
from playground.compare.access import access_comparison, access_session
from playground.compare.history import sessions_of
from playground.compare.models import Comparison, Session
from playground.compare.personal_data import runs as runs_in_copy
from playground.compare.titles import LENGTH, READ, UNTITLED, prompt_line
from playground.discussion.inbox import inbox_of
from playground.discussion.models import Notice
from playground.prompts.models import Prompt, PromptVersion
from tests.factories import Cast, make_session, membership_of
from tests.playground.compare.drafting import Tab
from tests.playground.compare.page import opened, run
from tests.playground.discussion.talk import say
from tests.playground.sharing.files import document_of, download

pytestmark = pytest.mark.django_db(transaction=True)
SECRET, SEEN = "Which lantern is cursed?", "Where does the fox sleep?"


def run_again(session: Session, author: User, prompt: str, **fields: Any) -> Comparison:
    Session.objects.filter(pk=session.pk).update(runs=session.comparisons.count() + 1)
    return Comparison.objects.create(
        session=session, team=session.team, author=author, key=uuid.uuid4(),
        number=session.comparisons.count() + 1,
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}],
        **{"shared": True, **fields},
    )  # fmt: skip


@pytest.fixture
def session(cast: Cast) -> Session:
    """Alice's: its first run is private, its second shared, its third private again."""
    made = make_session(cast.alice, SECRET, shared=False)
    run_again(made, cast.alice, f"  \n{SEEN}\n")
    run_again(made, cast.alice, "Whose is the fog?", shared=False)
    return made


def page(person: User, path: str, part: bool = False, **query: str) -> str:
    client = Client(headers={"HX-Request": "true"} if part else {})
    client.force_login(person)
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_it_is_the_title_for_those_who_see_the_first_run(cast: Cast, session: Session) -> None:
    for person, title in ((cast.alice, SECRET), (cast.bob, SEEN), (cast.vera, SEEN)):
        me = membership_of(person)
        assert access_session(me, session.public_id).title == title
        assert access_comparison(me, session.public_id, 2).session.title == title
    assert Session.objects.get().title == SECRET
    session.comparisons.filter(number=1).update(shared=True)
    assert access_session(membership_of(cast.bob), session.public_id).title == SECRET


def test_it_has_a_plain_name_where_no_run_is_seen(cast: Cast) -> None:
    session = make_session(cast.alice, SECRET, shared=False)
    Session.objects.update(shared=True)
    [listed] = sessions_of(membership_of(cast.bob)).sessions
    assert listed.title == access_session(membership_of(cast.bob), session.public_id).title
    assert listed.title == UNTITLED


@pytest.mark.parametrize("prompt", ["x" * 5000, "a b " * 3000, "\n" * 5000 + "A fox", "€ fox"])
def test_it_makes_the_same_line_of_a_prompt_as_a_new_session(cast: Cast, prompt: str) -> None:
    session = make_session(cast.alice, SECRET, shared=False)
    run = run_again(session, cast.alice, prompt)
    title = access_session(membership_of(cast.bob), session.public_id).title
    assert title == prompt_line(run.messages)
    assert 0 < len(title) <= LENGTH < READ


def test_no_page_names_what_is_private(cast: Cast, session: Session) -> None:
    path = session.get_absolute_url()
    run = f"{path}runs/2/"
    beside = f"/runs/beside/?a={session.public_id}/2&b={session.public_id}/2"
    for address in (path, run, "/sessions/", "/runs/", beside, f"{run}comments/"):
        html = page(cast.bob, address)
        assert SEEN in html, address
        assert "cursed" not in html, address
        assert "Whose is the fog" not in html, address
        assert SECRET in page(cast.alice, address)


def test_it_titles_the_window_and_the_heading(cast: Cast, session: Session) -> None:
    html = page(cast.bob, session.get_absolute_url())
    assert f"<title>{SEEN} · Run 2 · Inference Playground</title>" in html
    assert f'<h1 class="topbar__title">{SEEN}</h1>' in html
    assert 'data-latest-run="2"' in html
    assert 'data-latest-run="3"' in page(cast.alice, session.get_absolute_url())
    assert 'data-latest-run=""' in page(cast.bob, "/")


def test_it_is_found_by_what_is_shown_alone(cast: Cast, session: Session) -> None:
    def found(person: User, words: str) -> list[str]:
        return [one.title for one in sessions_of(membership_of(person), search=words).sessions]

    for words in ("lantern", "lanterns", "curs"):
        assert found(cast.bob, words) == []
        assert found(cast.alice, words) == [SECRET]
    assert found(cast.bob, "the fox") == [SEEN]
    assert found(cast.alice, "the fox") == []


def test_it_counts_the_runs_that_are_seen(cast: Cast, session: Session) -> None:
    assert "· 1 run\n" in page(cast.bob, "/sessions/", part=True).replace("</span>", "\n")
    assert "· 3 runs" in page(cast.alice, "/sessions/", part=True)


def test_it_lists_sessions_in_one_query(cast: Cast, session: Session) -> None:
    for _ in range(3):
        run_again(make_session(cast.alice, SECRET, shared=False), cast.alice, SEEN)
    me = membership_of(cast.bob)
    with CaptureQueriesContext(connection) as queries:
        assert len(sessions_of(me).sessions) == 4
    assert len(queries) == 1


def test_it_names_no_run_of_the_library_by_it(cast: Cast, session: Session) -> None:
    prompt = Prompt.objects.create(team=cast.team, author=cast.alice, name="Foxes")
    version = PromptVersion.objects.create(prompt=prompt, team=cast.team, number=1, messages=[])
    session.comparisons.update(prompt_version=version)
    html = page(cast.bob, f"{prompt.get_absolute_url()}runs/")
    assert f"{SEEN} · Run 2" in html
    assert "cursed" not in html


def test_it_names_no_comment_by_it(cast: Cast, session: Session) -> None:
    shared = session.comparisons.get(number=2)
    say(cast.alice, shared, "@bob look")
    say(cast.bob, shared, "@alice I do")
    for person, title in ((cast.alice, SECRET), (cast.bob, SEEN)):
        assert [item.session_title for item in inbox_of(person).notices] == [title]  # type: ignore[attr-defined]
    assert Notice.objects.count() == 2
    inbox = page(cast.bob, "/inbox/")
    assert SEEN in inbox
    assert "cursed" not in inbox


def test_it_leaves_with_no_export(cast: Cast, session: Session, client: Client) -> None:
    path = session.get_absolute_url()
    for where in (f"{path}export", f"{path}runs/2/export", "/exchange/sessions"):
        [got] = document_of(client, cast.bob, f"{where}.json")["sessions"]
        assert got["title"] == SEEN
        assert "cursed" not in str(got)
        assert b"cursed" not in download(client, cast.bob, f"{where}.csv")
    for where in (f"{path}export", f"{path}runs/2/export"):
        name = client.get(f"{where}.json")["Content-Disposition"]
        assert "fox" in name
        assert "cursed" not in name


def test_it_is_in_nobody_elses_copy(cast: Cast, session: Session) -> None:
    run_again(session, cast.bob, "Is it night?")
    assert [row["session"] for row in runs_in_copy(cast.bob)] == [SEEN]
    assert {row["session"] for row in runs_in_copy(cast.alice)} == {SECRET}


async def test_it_is_told_to_no_open_page(cast: Cast) -> None:
    made = await sync_to_async(make_session)(cast.alice, SECRET, shared=False)
    await Session.objects.aupdate(shared=True)  # its runs to come are
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await Tab(bob, made).open(run=0)
        accepted = await alice.ask(run(SEEN, session=str(made.public_id)))
        assert accepted["session"]["title"] == SECRET
        assert (await bob.event("run_started"))["session"]["title"] == SEEN
        accepted = await bob.ask(run("Is it night?", session=str(made.public_id)))
        assert accepted["session"]["title"] == SEEN
