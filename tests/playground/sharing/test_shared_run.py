"""What a share link shows, to whom, and for how long."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from playground.accounts.models import Membership, Role, Team
from playground.compare.models import Comparison
from playground.local.valkey import Valkey
from playground.sharing.models import ShareLink
from playground.sharing.pace import MISSED
from tests.factories import Cast, generations_of, make_session
from tests.playground.sharing.finished import finished_session
from tests.playground.sharing.opening import make_link, open_link

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"


def test_it_shows_answers_settings_and_figures_without_an_account(
    cast: Cast, client: Client
) -> None:
    address = make_link(client, finished_session(cast.bob), cast.bob, shows_prompt="on")
    page = open_link(address).content.decode()
    for said in (
        "A fox and a lantern",
        "The fox ran.",
        "Fog.",
        "Temperature",
        "31.0 ms",
        "42.0 ms",
    ):
        assert said in page, said
    assert page.count('class="waterfall__decode"') == 2


def test_it_leaves_the_prompt_out_everywhere(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob, "A canary in the prompt", name="canary too")
    page = open_link(make_link(client, session, cast.bob)).content.decode()
    assert "canary" not in page
    assert "The fox ran." in page


def test_it_is_titled_by_its_own_prompt(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob, "A canary of another run")
    asked = [{"role": "user", "content": "Where does the fox sleep?\n"}]
    for messages, title in ((asked, "Where does the fox sleep?"), ([], "Night")):
        session.comparisons.update(messages=messages, name="Night")
        page = open_link(make_link(client, session, cast.bob, shows_prompt="on")).content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f"<title>{title} · Inference Playground</title>" in page
        assert "canary" not in page


def test_it_keeps_out_of_indexes_caches_and_referers(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    for answer in (open_link(address), open_link("/s/" + "x" * 43 + "/")):
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "private, no-store"
        assert 'name="robots" content="noindex' in answer.content.decode()


def test_it_shows_markup_as_text(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob, HOSTILE, name=HOSTILE)
    for row in generations_of(session):
        row.text = row.error = row.model = HOSTILE
        row.save()
    page = open_link(make_link(client, session, cast.bob, shows_prompt="on")).content.decode()
    assert "<script>alert" not in page
    assert "<img src=https" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_answers_every_dead_link_alike(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob)
    revoked, expired = make_link(client, session, cast.bob), make_link(client, session, cast.bob)
    first, second = ShareLink.objects.order_by("id")
    ShareLink.objects.filter(pk=first.pk).update(revoked_at=Now())
    ShareLink.objects.filter(pk=second.pk).update(expires_at=Now() - timedelta(seconds=1))
    pages = [
        open_link(address)
        for address in (revoked, expired, "/s/" + "x" * 43 + "/", "/s/short/", "/s/%00/")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "This link no longer works" in pages[0].content.decode()


def test_it_never_shows_more_than_its_maker_may_see(cast: Cast, client: Client) -> None:
    session = make_session(cast.bob)
    address = make_link(client, session, cast.alice)
    assert open_link(address).status_code == 200
    Comparison.objects.filter(session=session).update(shared=False)
    assert open_link(address).status_code == 404


def test_it_closes_with_its_makers_part_in_the_team(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    Membership.objects.filter(user=cast.bob).update(role=Role.VIEWER)
    assert open_link(address).status_code == 404
    Membership.objects.filter(user=cast.bob).update(role=Role.MEMBER)
    assert open_link(address).status_code == 200
    Team.objects.filter(pk=cast.team.pk).update(deleted_at=timezone.now())
    assert open_link(address).status_code == 404


def test_it_counts_each_browser_once_and_no_preview(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    visitor = Client()
    open_link(address, visitor)
    open_link(address, visitor)
    open_link(address)
    Client().head(address, headers={"User-Agent": "Mozilla/5.0"})
    for machine in ("Slackbot-LinkExpanding 1.0", "Twitterbot/1.0", "curl/8.5", "WhatsApp/2.23"):
        open_link(address, **{"User-Agent": machine})
    open_link(address, **{"Sec-Purpose": "prefetch"})
    assert ShareLink.objects.get().views == 2


def test_it_takes_no_other_method(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    assert client.post(address).status_code == 405


def test_it_stops_who_tries_many_tokens(cast: Cast, valkey: Valkey) -> None:
    tried = [open_link(f"/s/{n:x>43}/").status_code for n in range(MISSED.amount + 1)]
    assert tried == [404] * MISSED.amount + [429]


def test_it_opens_what_works_whoever_else_tries_from_there(
    cast: Cast, client: Client, valkey: Valkey
) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    for n in range(MISSED.amount + 1):
        open_link(f"/s/{n:x>43}/")
    assert open_link(address).status_code == 200


def test_it_closes_with_its_makers_account(cast: Cast, client: Client) -> None:
    address = make_link(client, make_session(cast.bob), cast.bob)
    cast.bob.is_active = False
    cast.bob.save()
    assert open_link(address).status_code == 404
