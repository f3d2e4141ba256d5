"""A prompt keeps every version it had: who changed it, when, and what."""

import pytest

from playground.prompts.models import Prompt
from tests.factories import Cast
from tests.playground.prompts.things import browser, make_prompt, prompt_fields

pytestmark = pytest.mark.django_db(transaction=True)


def edit(cast: Cast, prompt: Prompt, *texts: str, **fields: str) -> None:
    prompt.refresh_from_db()
    content = prompt_fields(*texts, seen=prompt.updated_at.isoformat(), **fields)
    answer = browser(cast.bob).post(f"{prompt.get_absolute_url()}edit/", content)
    assert answer.status_code == 302


def test_it_makes_the_first_version(cast: Cast) -> None:
    fields = prompt_fields(
        "A {{x}}.", tags="Stories, fox,fox", **{"value-x": "fox", "value-y": "z"}
    )
    answer = browser(cast.alice).post("/library/prompts/new/", fields)
    prompt = Prompt.objects.get()
    assert answer["Location"] == prompt.get_absolute_url()
    version = prompt.versions.get()
    assert (prompt.tags, version.number, version.author) == (["stories", "fox"], 1, cast.alice)
    assert (version.messages, version.variables) == (
        [{"role": "user", "content": "A {{x}}."}],
        {"x": "fox"},
    )


def test_it_makes_another_where_the_text_changed(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "One.")
    edit(cast, prompt, "Two.", note="Counted on")
    newest = prompt.versions.order_by("-number")[0]
    assert (newest.number, newest.author, newest.note) == (2, cast.bob, "Counted on")
    edit(cast, prompt, "Two.", name="Another name")
    prompt.refresh_from_db()
    assert (prompt.name, prompt.versions.count()) == ("Another name", 2)


def test_it_shows_each_version_and_what_changed(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "A fox.")
    edit(cast, prompt, "A hen.", note="Other bird")
    page = prompt.get_absolute_url()
    look = browser(cast.vera)
    versions = look.get(f"{page}versions/").content.decode()
    assert "Other bird" in versions
    assert "bob" in versions
    assert "A fox." in look.get(f"{page}versions/1/").content.decode()
    diff = look.get(f"{page}diff/?from=1&to=2").content.decode()
    assert ("fox</del>" in diff, "hen</ins>" in diff) == (True, True)


def test_it_restores_by_a_new_version(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "One.")
    edit(cast, prompt, "Two.")
    browser(cast.alice).post(f"{prompt.get_absolute_url()}versions/1/restore/")
    texts = [v.messages[0]["content"] for v in prompt.versions.order_by("number")]
    assert texts == ["One.", "Two.", "One."]
    browser(cast.alice).post(f"{prompt.get_absolute_url()}versions/1/restore/")
    assert prompt.versions.count() == 3


def test_it_can_be_put_away_and_taken_back(cast: Cast) -> None:
    prompt = make_prompt(cast.alice)
    bob = browser(cast.bob)
    page = prompt.get_absolute_url()
    bob.post(f"{page}archive/", {"archived": "1"})
    assert "Fox story</a>" not in bob.get("/library/").content.decode()
    assert "Fox story</a>" in bob.get("/library/?archived=1").content.decode()
    bob.post(f"{page}archive/", {"archived": "0"})
    assert "Fox story</a>" in bob.get("/library/").content.decode()


def test_it_is_deleted_with_its_versions(cast: Cast) -> None:
    prompt = make_prompt(cast.alice)
    page = browser(cast.bob).get(prompt.get_absolute_url()).content.decode()
    assert "No run that you can see used it." in page
    browser(cast.bob).post(f"{prompt.get_absolute_url()}delete/")
    assert not Prompt.objects.exists()


@pytest.mark.parametrize("number", ["0", "7", "99999999999999999999999"])
def test_it_has_no_such_version(cast: Cast, number: str) -> None:
    page = make_prompt(cast.alice).get_absolute_url()
    alice = browser(cast.alice)
    assert alice.get(f"{page}versions/{number}/").status_code == 404
    assert alice.post(f"{page}versions/{number}/restore/").status_code == 404
    for query in (f"from={number}&to=1", "from=1", "from=one&to=-1", "from=%00&to=1"):
        assert alice.get(f"{page}diff/?{query}").status_code == 404
