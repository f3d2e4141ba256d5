"""Names, tags and pins: any run that one sees, for the whole team."""

import pytest
from django.test import Client
from django.utils import timezone

from playground.accounts.models import User
from playground.compare.models import Comparison
from tests.factories import Cast, make_session

pytestmark = pytest.mark.django_db(transaction=True)


def post(user: User, run: Comparison, part: str, htmx: bool = False, **fields: str) -> str:
    client = Client()
    client.force_login(user)
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(f"{run.get_absolute_url()}{part}/", fields, headers=headers, follow=True)
    return f"{answer.status_code} {answer.content.decode()}"


@pytest.fixture
def run(cast: Cast) -> Comparison:
    return make_session(cast.alice).comparisons.get()


def test_it_names_and_tags_for_everyone(cast: Cast, run: Comparison) -> None:
    Comparison.objects.update(digested_at=timezone.now())
    assert (
        post(cast.bob, run, "label", name="  The  baseline ", tags="Slow, slow,, kv cache")[:3]
        == "200"
    )
    run.refresh_from_db()
    assert (run.name, run.tags) == ("The baseline", ["slow", "kv cache"])
    assert run.digested_at is None
    client = Client()
    client.force_login(cast.vera)
    assert "The baseline" in client.get(run.get_absolute_url()).content.decode()


def test_it_pins_and_unpins(cast: Cast, run: Comparison) -> None:
    post(cast.bob, run, "pin", pinned="1")
    run.refresh_from_db()
    first = run.pinned_at
    post(cast.alice, run, "pin", pinned="1")
    run.refresh_from_db()
    assert run.pinned_at == first is not None
    post(cast.alice, run, "pin", pinned="0")
    run.refresh_from_db()
    assert run.pinned_at is None


@pytest.mark.parametrize(("part", "fields"), [("label", {"name": "x"}), ("pin", {"pinned": "1"})])
def test_it_refuses_viewers_and_strangers(
    cast: Cast, run: Comparison, part: str, fields: dict[str, str]
) -> None:
    assert post(cast.vera, run, part, **fields)[:3] == "403"
    assert post(cast.charlie, run, part, **fields)[:3] == "404"
    Comparison.objects.update(shared=False)
    assert post(cast.bob, run, part, **fields)[:3] == "404"
    run.refresh_from_db()
    assert (run.name, run.pinned_at) == ("", None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "n" * 121}, "121 characters; at most 120"),
        ({"name": "nul \x00"}, "NUL character"),
        ({"tags": "t\x00"}, "NUL character"),
        ({"tags": "t" * 41}, "41 characters; at most 40"),
        ({"tags": ",".join(map(str, range(21)))}, "21 tags; at most 20"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_it(
    cast: Cast, run: Comparison, fields: dict[str, str], problem: str
) -> None:
    page = post(cast.alice, run, "label", htmx=True, **fields)
    assert problem in page
    assert all(typed.replace("\x00", "")[:20] in page for typed in fields.values())
    run.refresh_from_db()
    assert (run.name, run.tags) == ("", [])
    assert problem in post(cast.alice, run, "label", **fields)


def test_it_shows_hostile_names_as_text(cast: Cast, run: Comparison) -> None:
    script = "<script>alert(1)</script>"
    page = post(cast.alice, run, "label", name=script, tags='<img src=x>,"><svg onload=a>')
    assert script not in page
    assert "<img src=x>" not in page
    assert "<svg onload" not in page
    assert "&lt;script&gt;alert(1)" in page
