"""Commenting on a run: who may, who sees it, and what becomes of it."""

import pytest
from django.test import Client

from playground.accounts.models import Role, User
from playground.compare.models import Comparison
from playground.discussion.models import Comment
from playground.discussion.threads import PAGE, thread_of
from tests.factories import Cast, join, make_user
from tests.playground.discussion.talk import path_of, say

pytestmark = pytest.mark.django_db(transaction=True)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_shows_the_team_what_was_said(cast: Cast, run: Comparison) -> None:
    assert "Too <em>hot</em>" in say(cast.bob, run, "Too *hot*.")
    for person in (cast.alice, cast.vera):
        assert "Too <em>hot</em>" in as_user(person).get(path_of(run)).content.decode()


def test_it_hides_it_from_everyone_else(cast: Cast, run: Comparison) -> None:
    say(cast.bob, run, "Too hot.")
    comment = Comment.objects.get()
    charlie = as_user(cast.charlie)
    for path in (path_of(run), path_of(run, "mentions/"), f"/comments/{comment.pk}/",
                 f"/comments/{comment.pk}/edit/"):  # fmt: skip
        assert charlie.get(path).status_code == 404, path
    for path in (path_of(run), f"/comments/{comment.pk}/", f"/comments/{comment.pk}/delete/"):
        assert charlie.post(path, {"body": "Mine"}).status_code == 404, path
    assert Comment.objects.get().body == "Too hot."


def test_it_hides_what_is_said_of_a_private_run(cast: Cast, private_run: Comparison) -> None:
    say(cast.alice, private_run, "A note to myself.")
    comment = Comment.objects.get()
    for path in (path_of(private_run), f"/comments/{comment.pk}/"):
        assert as_user(cast.bob).get(path).status_code == 404, path


def test_it_lets_viewers_read_only(cast: Cast, run: Comparison) -> None:
    vera = as_user(cast.vera)
    assert "Add a comment" not in vera.get(path_of(run)).content.decode()
    assert vera.post(path_of(run), {"body": "May I?"}).status_code == 403
    assert vera.get(path_of(run, "mentions/")).status_code == 403
    assert not Comment.objects.exists()


def test_it_lets_only_the_author_change_a_comment(cast: Cast, run: Comparison) -> None:
    say(cast.bob, run, "Too hot.")
    path = f"/comments/{Comment.objects.get().pk}/"
    assert as_user(cast.alice).post(path, {"body": "Fine."}).status_code == 403
    assert as_user(cast.alice).get(f"{path}edit/").status_code == 403
    assert as_user(cast.bob).post(path, {"body": "Fine."}).status_code == 302
    changed = Comment.objects.get()
    assert (changed.body, changed.edited_at is not None) == ("Fine.", True)


def test_it_lets_the_author_and_who_leads_delete(cast: Cast, run: Comparison) -> None:
    dan = join(make_user("dan"), cast.team, Role.MEMBER)
    for person, status, left in ((dan, 403, 1), (cast.vera, 403, 1), (cast.bob, 302, 0)):
        if not Comment.objects.exists():
            say(cast.bob, run, "Too hot.")
        path = f"/comments/{Comment.objects.get().pk}/delete/"
        assert as_user(person).post(path).status_code == status, person
        assert Comment.objects.count() == left, person
    say(cast.bob, run, "Still too hot.")
    path = f"/comments/{Comment.objects.get().pk}/delete/"
    assert as_user(cast.alice).post(path).status_code == 302
    assert not Comment.objects.exists()


def test_it_stops_whose_role_was_taken_away(cast: Cast, run: Comparison) -> None:
    say(cast.bob, run, "Too hot.")
    cast.bob.memberships.update(role=Role.VIEWER)
    path = f"/comments/{Comment.objects.get().pk}/"
    assert as_user(cast.bob).post(path, {"body": "Fine."}).status_code == 403
    assert as_user(cast.bob).post(f"{path}delete/").status_code == 403


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "Write a comment first."),
        ("   ", "Write a comment first."),
        ("x" * 4001, "4001 characters; at most 4000"),
        ("nul \x00 nul", "NUL character"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_it(
    cast: Cast, run: Comparison, body: str, problem: str
) -> None:
    page = say(cast.bob, run, body)
    assert problem in page
    assert body.strip().replace("\x00", "") == "" or body.strip() in page
    assert not Comment.objects.exists()


def test_it_takes_as_much_as_it_says(cast: Cast, run: Comparison) -> None:
    say(cast.bob, run, "x" * 4000)
    assert len(Comment.objects.get().body) == 4000


def test_it_gives_htmx_the_part_and_the_new_count(cast: Cast, run: Comparison) -> None:
    part = as_user(cast.bob).post(path_of(run), {"body": "Hm."}, headers={"HX-Request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert 'id="comment-count" hx-swap-oob="true">1<' in html


def test_it_shows_the_newest_and_pages_back(cast: Cast, run: Comparison) -> None:
    made = Comment.objects.bulk_create(
        Comment(comparison=run, team=run.team, author=cast.bob, body=str(n))
        for n in range(2 * PAGE + 1)
    )
    ids = [comment.pk for comment in made]
    newest = thread_of(run)
    assert [comment.pk for comment in newest.comments] == ids[-PAGE:]
    middle = thread_of(run, before=str(newest.before))
    oldest = thread_of(run, before=str(middle.before))
    assert [c.pk for c in (*oldest.comments, *middle.comments)] == ids[:-PAGE]
    assert oldest.before is None
    assert thread_of(run, at=str(ids[3])).comments[0].pk == ids[3]


@pytest.mark.parametrize("place", ["", "-1", "x", "²", "9" * 40, "\x00"])
def test_it_takes_any_place(cast: Cast, run: Comparison, place: str) -> None:
    say(cast.bob, run, "Hm.")
    assert thread_of(run, before=place, at=place).count == 1
    assert as_user(cast.bob).get(path_of(run), {"before": place}).status_code == 200
