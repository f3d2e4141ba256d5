"""Making, listing and revoking share links."""

import hashlib
import re
from uuid import uuid4

import pytest
from django.test import Client

from playground.accounts.models import AuditAction, AuditEntry, Membership, Role
from playground.compare.models import Comparison, Session
from playground.sharing.links import MAX_WORKING
from playground.sharing.models import ShareLink
from playground.sharing.personal_data import share_links
from tests.factories import Cast, make_session
from tests.playground.sharing.opening import address_of, make_link, open_link

pytestmark = pytest.mark.django_db(transaction=True)


def links_page(session: Session) -> str:
    return f"/sessions/{session.public_id}/runs/1/links/"


def test_it_shows_a_new_link_once_and_stores_its_digest_alone(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob)
    client.force_login(cast.bob)
    made = client.post(links_page(session), {"days": "7", "shows_prompt": "on"})
    token = address_of(made.content.decode()).strip("/").rpartition("/")[2]
    link = ShareLink.objects.get()
    assert link.digest == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 43
    assert made["Cache-Control"] == "no-store"
    again = client.get(links_page(session)).content.decode()
    assert token not in again
    assert f"…{token[-4:]}" in again


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_it_expires_by_the_databases_clock(cast: Cast, client: Client, days: int) -> None:
    make_link(client, make_session(cast.bob), cast.bob, days=str(days))
    link = ShareLink.objects.get()
    assert (link.expires_at - link.created_at).days == days


def test_it_refuses_other_times(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob)
    client.force_login(cast.bob)
    for days in ("-1", "0", "365", "\x00", "x" * 10_000):
        answer = client.post(links_page(session), {"days": days})
        assert answer.status_code == 200
        assert "Select a valid choice" in answer.content.decode()
    assert not ShareLink.objects.exists()


def test_it_lets_the_author_and_those_who_manage_links_make_them(
    cast: Cast, client: Client
) -> None:
    session = make_session(cast.bob)
    Membership.objects.filter(user=cast.vera).update(role=Role.MEMBER)
    for person, status in (
        (cast.bob, 200),
        (cast.alice, 200),
        (cast.vera, 403),
        (cast.charlie, 404),
    ):
        client.force_login(person)
        assert client.get(links_page(session)).status_code == status, person
        assert client.post(links_page(session), {"days": "7"}).status_code == status, person


def test_it_refuses_a_viewer_even_for_their_own_run(cast: Cast, client: Client) -> None:
    client.force_login(cast.vera)
    assert client.post(links_page(make_session(cast.vera)), {"days": "7"}).status_code == 403


def test_it_hides_a_private_run_from_the_teams_owner(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob, shared=False)
    client.force_login(cast.alice)
    assert client.get(links_page(session)).status_code == 404


def test_it_audits_making_and_revoking_without_the_token(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    link = ShareLink.objects.get()
    client.post(f"/links/{link.pk}/revoke/")
    client.post(f"/links/{link.pk}/revoke/")
    entries = AuditEntry.objects.order_by("id")
    assert [entry.action for entry in entries] == [AuditAction.LINK_MADE, AuditAction.LINK_REVOKED]
    token = address.strip("/").rpartition("/")[2]
    assert not any(token in f"{entry.target}{entry.detail}" for entry in entries)


def test_it_revokes_at_once(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    assert open_link(address).status_code == 200
    client.post(f"/links/{ShareLink.objects.get().pk}/revoke/")
    assert open_link(address).status_code == 404


def test_it_lets_no_other_person_revoke(cast: Cast, client: Client) -> None:
    make_link(client, make_session(cast.bob), cast.bob)
    link = ShareLink.objects.get()
    for person in (cast.vera, cast.charlie):
        client.force_login(person)
        assert client.post(f"/links/{link.pk}/revoke/").status_code == 404
    client.force_login(cast.alice)
    assert client.post(f"/links/{link.pk}/revoke/").status_code == 302
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_it_lets_a_demoted_maker_revoke_still(cast: Cast, client: Client) -> None:
    make_link(client, make_session(cast.bob), cast.bob)
    Membership.objects.filter(user=cast.bob).update(role=Role.VIEWER)
    assert client.post(f"/links/{ShareLink.objects.get().pk}/revoke/").status_code == 302


def test_it_lists_private_runs_to_managers_without_their_titles(cast: Cast, client: Client) -> None:
    make_link(client, make_session(cast.bob, "A secret lantern", shared=False), cast.bob)
    own = client.get("/links/").content.decode()
    assert "A secret lantern" in own
    client.force_login(cast.alice)
    managed = client.get("/links/").content.decode()
    assert "secret" not in managed
    assert f"…{ShareLink.objects.get().hint}" in managed
    client.force_login(cast.vera)
    assert "There are no share links yet" in client.get("/links/").content.decode()


def test_it_bounds_the_links_to_a_run(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob)
    for _ in range(MAX_WORKING):
        make_link(client, session, cast.bob)
    answer = client.post(links_page(session), {"days": "7"}).content.decode()
    assert re.search(rf"at most {MAX_WORKING}\. Revoke one first", answer)
    assert ShareLink.objects.count() == MAX_WORKING


def test_it_tells_a_person_of_their_links_without_the_tokens(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    rows = list(share_links(cast.bob))
    assert [row["shows_prompt"] for row in rows] == [False]
    assert address.strip("/").rpartition("/")[2] not in str(rows)
    assert list(share_links(cast.alice)) == []


def test_it_lists_no_title_of_a_private_first_run(cast: Cast, client: Client) -> None:
    session = make_session(cast.alice, "A secret lantern", shared=False)
    Comparison.objects.create(
        session=session, team=cast.team, author=cast.bob, number=2, key=uuid4(), shared=True,
        messages=[{"role": "user", "content": "Where is the fox?"}],
    )  # fmt: skip
    client.force_login(cast.bob)
    path = f"{session.get_absolute_url()}runs/2/links/"
    made = client.post(path, {"days": "7"}).content.decode()
    for listed in (made, client.get("/links/").content.decode()):
        assert "Where is the fox?" in listed
        assert "lantern" not in listed
