"""The team sees its library, whoever works in it changes it, and nobody else knows of it."""

import pytest

from playground.accounts.models import User
from playground.prompts.models import Preset, Prompt
from tests.factories import Cast
from tests.playground.prompts.things import (
    browser,
    make_preset,
    make_prompt,
    preset_fields,
    prompt_fields,
)

pytestmark = pytest.mark.django_db(transaction=True)
READING = (
    "", "versions/", "versions/1/", "diff/?from=1&to=1", "runs/", "use/",
)  # fmt: skip
CHANGING = ("edit/", "archive/", "delete/", "versions/1/restore/")


def status(person: User, path: str, **fields: object) -> int:
    client = browser(person)
    return (client.post(path, fields) if fields else client.get(path)).status_code


@pytest.mark.parametrize("part", READING)
def test_it_shows_a_prompt_to_its_team(cast: Cast, part: str) -> None:
    path = make_prompt(cast.alice).get_absolute_url() + part
    answers = [status(p, path) for p in (cast.alice, cast.bob, cast.vera, cast.charlie)]
    assert answers == [200, 200, 200, 404]


@pytest.mark.parametrize("part", CHANGING)
def test_it_lets_only_those_change_it_who_work_there(cast: Cast, part: str) -> None:
    prompt = make_prompt(cast.alice)
    path = prompt.get_absolute_url() + part
    fields = prompt_fields("Changed.", seen="", archived="1")
    assert status(cast.vera, path, **fields) == 403
    assert status(cast.charlie, path, **fields) == 404
    prompt.refresh_from_db()
    assert (prompt.archived_at, prompt.versions_made) == (None, 1)


def test_it_lets_a_viewer_make_nothing(cast: Cast) -> None:
    assert status(cast.vera, "/library/prompts/new/", **prompt_fields()) == 403
    assert status(cast.vera, "/library/presets/new/", **preset_fields()) == 403
    assert not Prompt.objects.exists()
    assert not Preset.objects.exists()
    text = browser(cast.vera).get("/library/").content.decode()
    assert "/library/prompts/new/" not in text


@pytest.mark.parametrize("part", ["", "runs/", "use/", "edit/"])
def test_it_keeps_a_private_preset_to_its_author(cast: Cast, part: str) -> None:
    path = make_preset(cast.bob, shared=False).get_absolute_url() + part
    answers = [status(p, path) for p in (cast.bob, cast.alice, cast.vera, cast.charlie)]
    assert answers == [200, 404, 404, 404]


@pytest.mark.parametrize("part", ["edit/", "delete/"])
def test_it_lets_members_change_what_is_shared(cast: Cast, part: str) -> None:
    path = make_preset(cast.alice).get_absolute_url() + part
    fields = preset_fields(seen="x")
    assert status(cast.vera, path, **fields) == 403
    assert status(cast.charlie, path, **fields) == 404
    assert status(cast.bob, path, **fields) in (302, 409)


def test_it_makes_things_for_the_team_that_the_page_acts_for(cast: Cast) -> None:
    from playground.accounts.models import Membership, Role
    from tests.factories import team_of

    other = team_of(cast.charlie)
    Membership.objects.create(user=cast.alice, team=other, role=Role.MEMBER)
    fields = prompt_fields(team=str(other.public_id))
    assert status(cast.alice, "/library/prompts/new/", **fields) == 302
    assert Prompt.objects.get().team == other


def test_it_uses_nothing_of_another_team_in_this_one(cast: Cast) -> None:
    from playground.accounts.models import Membership, Role
    from tests.factories import team_of

    theirs = make_prompt(cast.charlie)
    Membership.objects.create(user=cast.alice, team=team_of(cast.charlie), role=Role.MEMBER)
    assert status(cast.alice, theirs.get_absolute_url()) == 200
    use = f"{theirs.get_absolute_url()}use/"
    here = {"X-Team": str(cast.team.public_id)}
    assert browser(cast.alice).get(use, headers=here).status_code == 404
