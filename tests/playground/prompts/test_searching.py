"""The library is searched by name, description, tags and text, and read page by page."""

import pytest

from playground.prompts.keyset import PAGE
from playground.prompts.models import Prompt
from tests.factories import Cast
from tests.playground.prompts.things import browser, make_preset, make_prompt, prompt_fields

pytestmark = pytest.mark.django_db(transaction=True)


def names(cast: Cast, **query: str) -> list[str]:
    answer = browser(cast.vera).get("/library/", query)
    assert answer.status_code == 200
    return sorted(prompt.name for prompt in answer.context["listed"].page.rows)


@pytest.mark.parametrize("search", ["lantern", "lanterns", "lant", "FOX story", "bedtime", "child"])
def test_it_finds_by_all_that_is_written(cast: Cast, search: str) -> None:
    make_prompt(cast.alice, description="For a child", tags=["bedtime"])
    make_prompt(cast.alice, "Sum up this text.", name="Summary")
    assert names(cast, q=search) == ["Fox story"]


def test_it_finds_the_newest_text_only(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "About zebras.")
    fields = prompt_fields("About whales.", seen=prompt.updated_at.isoformat())
    prompt.refresh_from_db()
    fields["seen"] = prompt.updated_at.isoformat()
    browser(cast.alice).post(f"{prompt.get_absolute_url()}edit/", fields)
    assert (names(cast, q="zebra"), names(cast, q="whale")) == ([], ["Fox story"])


def test_it_filters_by_tag(cast: Cast) -> None:
    make_prompt(cast.alice, tags=["a", "b"])
    make_prompt(cast.alice, name="Other", tags=["b"])
    assert names(cast, tag="a") == ["Fox story"]
    assert names(cast, tag="b") == ["Fox story", "Other"]
    assert browser(cast.vera).get("/library/").context["listed"].tags == ["a", "b"]


@pytest.mark.parametrize(
    "search", ["%", "_", "'", "\\", "a & !b | (c", ":*", "the", "\x00", "🦊", "<->", "𝔘²"]
)
def test_it_takes_any_search(cast: Cast, search: str) -> None:
    make_prompt(cast.alice)
    names(cast, q=search, tag=search, before=search)


def test_it_names_the_limit_of_a_search(cast: Cast) -> None:
    text = browser(cast.alice).get("/library/", {"q": "fox " * 2500}).content.decode()
    assert "at most 200" in text


def test_it_reads_page_by_page(cast: Cast) -> None:
    for number in range(PAGE + 3):
        make_prompt(cast.alice, name=f"Prompt {number}")
    Prompt.objects.update(updated_at=Prompt.objects.latest("id").updated_at)
    first = browser(cast.alice).get("/library/").context["listed"].page
    second = browser(cast.alice).get("/library/", {"before": first.before}).context["listed"].page
    assert (len(first.rows), len(second.rows), second.before) == (PAGE, 3, "")
    assert len({prompt.pk for prompt in [*first.rows, *second.rows]}) == PAGE + 3


@pytest.mark.parametrize("before", ["x", "W10=", "WyIyMDI2IiwgMV0=", "[" * 500, "é"])
def test_it_starts_at_the_top_of_a_garbled_place(cast: Cast, before: str) -> None:
    make_prompt(cast.alice)
    assert names(cast, before=before) == ["Fox story"]


def test_it_lists_the_presets_that_one_may_use(cast: Cast) -> None:
    make_preset(cast.alice, name="Shared")
    make_preset(cast.alice, name="Mine", shared=False)

    def found(person: object) -> list[str]:
        rows = browser(person).get("/library/presets/").context["listed"].page.rows  # type: ignore[arg-type]
        return sorted(preset.name for preset in rows)

    assert found(cast.alice) == ["Mine", "Shared"]
    assert found(cast.bob) == ["Shared"]
    assert found(cast.charlie) == []
