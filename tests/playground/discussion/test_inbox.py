"""The inbox: what is new first, and nothing that the person may not see."""

import pytest
from django.test import Client

from playground.accounts.models import User
from playground.compare.models import Comparison
from playground.discussion.inbox import PAGE, inbox_of
from playground.discussion.models import Comment, Notice
from tests.factories import Cast
from tests.playground.discussion.talk import path_of, say

pytestmark = pytest.mark.django_db(transaction=True)


def unread(user: User) -> int:
    return sum(notice.read_at is None for notice in inbox_of(user).notices)


def test_it_leads_to_the_comment(cast: Cast, run: Comparison, client: Client) -> None:
    say(cast.alice, run, "@bob <b>look</b>")
    client.force_login(cast.bob)
    page = client.get("/inbox/").content.decode()
    assert f"{run.get_absolute_url()}#comment-{Comment.objects.get().pk}" in page
    assert "@bob &lt;b&gt;look" in page
    assert 'class="navigation__count">1<' in page


def test_it_is_read_once_the_comments_were_seen(
    cast: Cast, run: Comparison, client: Client
) -> None:
    say(cast.alice, run, "@bob look")
    client.force_login(cast.bob)
    client.get(path_of(run), {"quiet": "1"})
    assert unread(cast.bob) == 1
    client.get(path_of(run))
    assert unread(cast.bob) == 0
    assert len(inbox_of(cast.bob).notices) == 1


def test_it_marks_all_as_read_and_only_mine(cast: Cast, run: Comparison, client: Client) -> None:
    say(cast.alice, run, "@bob @vera look")
    client.force_login(cast.bob)
    assert client.post("/inbox/read/").status_code == 302
    assert (unread(cast.bob), unread(cast.vera)) == (0, 1)
    assert client.get("/inbox/read/").status_code == 405


def test_it_holds_nothing_that_was_made_private(
    cast: Cast, run: Comparison, client: Client
) -> None:
    say(cast.alice, run, "@bob look")
    Comparison.objects.update(shared=False)
    client.force_login(cast.bob)
    page = client.get("/inbox/").content.decode()
    assert "look" not in page
    assert "navigation__count" not in page
    assert unread(cast.bob) == 0


def test_it_holds_nothing_of_a_team_that_one_left(cast: Cast, run: Comparison) -> None:
    say(cast.alice, run, "@bob look")
    cast.bob.memberships.all().delete()
    assert not inbox_of(cast.bob).notices


def test_it_shows_what_is_new_first_and_pages_on(cast: Cast, run: Comparison) -> None:
    comments = Comment.objects.bulk_create(
        Comment(comparison=run, team=run.team, author=cast.alice, body=str(n))
        for n in range(2 * PAGE + 3)
    )
    notices = Notice.objects.bulk_create(
        Notice(user=cast.bob, team=run.team, comment=comment, kind="reply") for comment in comments
    )
    Notice.objects.filter(pk=notices[-1].pk).update(read_at=notices[-1].created_at)
    seen, before = [], ""
    for _ in range(3):
        page = inbox_of(cast.bob, before)
        seen += [notice.pk for notice in page.notices]
        before = page.before
    assert before == ""
    ids = [notice.pk for notice in notices]
    assert seen == [*reversed(ids[:-1]), ids[-1]]


@pytest.mark.parametrize("before", ["x", "W10=", "WzAsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OV0=", "\x00"])
def test_it_takes_any_place(cast: Cast, run: Comparison, before: str) -> None:
    say(cast.alice, run, "@bob look")
    assert len(inbox_of(cast.bob, before).notices) == 1
