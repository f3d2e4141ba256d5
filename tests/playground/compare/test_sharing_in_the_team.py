"""A run is its author's until it is shared with the team."""

import uuid

import pytest
from django.test import Client

from inference.profiles import profile
from playground.accounts.audit import Origin
from playground.accounts.models import AuditEntry, User
from playground.compare.annotations import do_share_session
from playground.compare.models import Comparison, Session
from playground.compare.requests import CheckedLane
from playground.compare.storing import NewRun, store_run
from tests.factories import Cast, make_session, membership_of

LANE = CheckedLane(profile=profile("small"), settings={"max_tokens": 4})
pytestmark = pytest.mark.django_db(transaction=True)


def as_user(user: User) -> Client:
    client = Client(headers={"User-Agent": "a browser"})
    client.force_login(user)
    return client


def share(user: User, path: str, shared: bool, **fields: object) -> int:
    return as_user(user).post(path, {"shared": str(int(shared)), **fields}).status_code


def paths(session: Session) -> tuple[str, str]:
    return f"{session.get_absolute_url()}shared/", f"{session.get_absolute_url()}runs/1/shared/"


def sees(user: User, comparison: Comparison) -> bool:
    return Comparison.objects.visible_to(membership_of(user)).filter(pk=comparison.pk).exists()


def run_again(session: Session, author: User) -> Comparison:
    """Another run of the session, stored as Run stores it."""
    stored = store_run(NewRun(
        team=session.team_id, author=author.pk, session=session.pk, title="", key=uuid.uuid4(),
        messages=[{"role": "user", "content": "Again"}], lanes=[LANE],
    ))  # fmt: skip
    return Comparison.objects.get(pk=stored.comparison)


def test_it_shares_one_run_and_takes_it_back(cast: Cast) -> None:
    session = make_session(cast.alice, shared=False)
    run = session.comparisons.get()
    _, path = paths(session)
    for shared in (True, False):
        assert share(cast.alice, path, shared) == 302
        assert (sees(cast.bob, run), sees(cast.vera, run)) == (shared, shared)
        assert as_user(cast.bob).get(run.get_absolute_url()).status_code == (200 if shared else 404)
    assert not sees(cast.charlie, run)


def test_it_shares_a_session_with_the_runs_to_come(cast: Cast) -> None:
    session = make_session(cast.alice, shared=False)
    path, _ = paths(session)
    assert share(cast.alice, path, True) == 302
    assert sees(cast.bob, run_again(session, cast.alice))
    assert sees(cast.bob, session.comparisons.get(number=1))
    assert share(cast.alice, path, False, run="1") == 302
    runs = [*session.comparisons.all(), run_again(session, cast.alice)]
    assert [sees(cast.bob, run) for run in runs] == [False] * 3


def test_it_leaves_a_teammates_run_as_they_have_it(cast: Cast) -> None:
    session = make_session(cast.alice)
    bobs = run_again(session, cast.bob)
    share(cast.alice, paths(session)[0], False)
    assert sees(cast.alice, bobs)
    assert not sees(cast.bob, session.comparisons.get(number=1))


def test_it_is_the_authors_alone_to_decide(cast: Cast) -> None:
    session = make_session(cast.bob)
    run = session.comparisons.get()
    for path in paths(session):
        for person, status in ((cast.alice, 403), (cast.vera, 403), (cast.charlie, 404)):
            assert share(person, path, False) == status, person
    assert sees(cast.alice, run)


def test_it_cannot_be_found_by_trying(cast: Cast) -> None:
    session = make_session(cast.bob, shared=False)
    for path in paths(session):
        assert share(cast.alice, path, True) == 404
    assert not Comparison.objects.get().shared


def test_it_stops_viewers_from_sharing_what_they_once_ran(cast: Cast) -> None:
    session = make_session(cast.vera, shared=False)
    for path in paths(session):
        assert share(cast.vera, path, True) == 403


def test_it_is_in_the_audit_log_once_and_without_words(cast: Cast) -> None:
    session = make_session(cast.alice, "What is our secret?", shared=False)
    of_session, of_run = paths(session)
    for path, shared in ((of_run, True), (of_run, True), (of_session, True), (of_run, False)):
        share(cast.alice, path, shared)
    log = list(AuditEntry.objects.order_by("id"))
    assert [entry.action for entry in log] == ["run.shared", "session.shared", "run.made_private"]
    assert {entry.actor for entry in log} == {cast.alice}
    assert {entry.agent for entry in log} == {"a browser"}
    assert all("secret" not in f"{entry.target} {entry.detail}" for entry in log)


def test_it_begins_as_the_team_has_it(cast: Cast) -> None:
    for default in (True, False):
        cast.team.shares_by_default = default
        cast.team.save()
        stored = store_run(NewRun(
            team=cast.team.pk, author=cast.alice.pk, session=None, title="Hm",
            key=uuid.uuid4(), messages=[], lanes=[LANE],
        ))  # fmt: skip
        assert sees(cast.bob, Comparison.objects.get(pk=stored.comparison)) == default


@pytest.mark.parametrize("number", ["", "7", "x", "-1", "²", "9" * 30])
def test_it_takes_any_run_to_go_back_to(cast: Cast, number: str) -> None:
    session = make_session(cast.alice)
    assert share(cast.alice, paths(session)[0], True, run=number) == 302


def test_it_shows_the_heading_to_htmx(cast: Cast) -> None:
    session = make_session(cast.alice, shared=False)
    answer = as_user(cast.alice).post(
        paths(session)[1], {"shared": "1"}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert 'id="heading"' in html
    assert "Shared with the team" in html
    assert "<html" not in html


def test_it_says_what_the_session_is_now(cast: Cast) -> None:
    session = make_session(cast.alice, shared=False)
    run = session.comparisons.get()
    do_share_session(session, True, Origin(cast.alice))
    run.refresh_from_db()
    assert (session.shared, run.shared) == (True, True)
