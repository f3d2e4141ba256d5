"""Two people edit the same thing: both see what the other saved, and nothing typed is lost."""

import threading

import pytest
from django.db import connection

from playground.prompts.actions import PromptContent, do_restore_version
from playground.prompts.models import Preset, Prompt
from tests.factories import Cast, membership_of
from tests.playground.prompts.things import (
    browser,
    make_preset,
    make_prompt,
    preset_fields,
    prompt_fields,
)

pytestmark = pytest.mark.django_db(transaction=True)


def seen(thing: Prompt | Preset) -> str:
    thing.refresh_from_db()
    return thing.updated_at.isoformat()


def test_it_shows_what_they_saved_and_keeps_what_was_typed(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "A fox.")
    opened = seen(prompt)
    page = f"{prompt.get_absolute_url()}edit/"
    browser(cast.bob).post(page, prompt_fields("A hen.", seen=opened))
    alice = browser(cast.alice)
    mine = prompt_fields("A fox, mine.", seen=opened, note="My note")
    answer = alice.post(page, mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "bob saved this prompt" in text
    assert ("A fox, mine." in text, "hen</del>" in text, "My note" in text) == (True, True, True)
    assert prompt.versions.count() == 2
    again = {**mine, "seen": answer.context["form"]["seen"].value()}
    assert alice.post(page, again).status_code == 302
    texts = [v.messages[0]["content"] for v in prompt.versions.order_by("number")]
    assert texts == ["A fox.", "A hen.", "A fox, mine."]


@pytest.mark.parametrize("garbled", ["", "yesterday", "2020-01-01", "x" * 39])
def test_it_writes_over_nothing_where_it_cannot_tell(cast: Cast, garbled: str) -> None:
    prompt = make_prompt(cast.alice)
    page = f"{prompt.get_absolute_url()}edit/"
    answer = browser(cast.alice).post(page, prompt_fields("Mine.", seen=garbled))
    assert (answer.status_code, prompt.versions.count()) == (409, 1)


def test_it_keeps_a_preset_that_was_saved_meanwhile(cast: Cast) -> None:
    preset = make_preset(cast.alice)
    opened = seen(preset)
    page = f"{preset.get_absolute_url()}edit/"
    first = preset_fields({"temperature": 0.3}, seen=opened, shared="on")
    assert browser(cast.bob).post(page, first).status_code == 302
    mine = preset_fields({"temperature": 0.7}, seen=opened, shared="on", name="Mine")
    answer = browser(cast.alice).post(page, mine)
    preset.refresh_from_db()
    assert (answer.status_code, preset.settings["temperature"]) == (409, 0.3)
    assert ("0.3" in answer.content.decode(), "Mine" in answer.content.decode()) == (True, True)


def test_it_numbers_versions_once_under_two_hands(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "One.")
    first = prompt.versions.get()
    content = PromptContent("n", "", [], [{"role": "user", "content": "Two."}], {})
    page = f"{prompt.get_absolute_url()}edit/"
    browser(cast.bob).post(page, prompt_fields(content.messages[0]["content"], seen=seen(prompt)))

    def restore() -> None:
        do_restore_version(membership_of(cast.alice), first)
        connection.close()

    threads = [threading.Thread(target=restore) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [v.number for v in prompt.versions.order_by("number")] == [1, 2, 3]


def test_it_lets_its_author_alone_take_a_preset_back_from_the_team(cast: Cast) -> None:
    preset = make_preset(cast.alice, shared=True)
    fields = preset_fields(seen=seen(preset))
    fields.pop("shared", None)
    page = f"{preset.get_absolute_url()}edit/"
    assert browser(cast.bob).post(page, fields).status_code == 403
    preset.refresh_from_db()
    assert preset.shared
    assert browser(cast.alice).post(page, fields).status_code == 302
    preset.refresh_from_db()
    assert not preset.shared
