"""A run knows the prompt and the presets that it came from, and they know their runs."""

import pytest
from asgiref.sync import sync_to_async

from playground.accounts.models import User
from playground.compare.models import Comparison, Lane
from playground.prompts.models import Prompt
from tests.factories import Cast, make_session
from tests.playground.compare.page import lane, opened, run
from tests.playground.prompts.things import browser, make_preset, make_prompt

pytestmark = pytest.mark.django_db(transaction=True)


def used(person: User, thing: object) -> list[Comparison]:
    path = f"{thing.get_absolute_url()}runs/"  # type: ignore[attr-defined]
    return list(browser(person).get(path).context["runs"])


async def test_it_remembers_what_it_was_made_from(cast: Cast) -> None:
    prompt = await sync_to_async(make_prompt)(cast.alice)
    preset = await sync_to_async(make_preset)(cast.alice, {"temperature": 0.2})
    lanes = [{**lane(temperature=0.2, seed=5), "preset": str(preset.public_id)}, lane()]
    reference = {"id": str(prompt.public_id), "version": 1}
    async with opened(cast.bob) as page:
        answer = await page.ask({**run(lanes=lanes), "prompt": reference})
    assert answer["type"] == "accepted"
    comparison = await Comparison.objects.select_related("prompt_version").aget()
    assert comparison.prompt_version is not None
    assert comparison.prompt_version.prompt_id == prompt.pk
    presets = [row.preset_id async for row in Lane.objects.order_by("position")]
    assert presets == [preset.pk, None]


async def test_it_forgets_a_preset_whose_settings_were_changed(cast: Cast) -> None:
    preset = await sync_to_async(make_preset)(cast.alice, {"temperature": 0.2})
    changed = {**lane(temperature=0.3), "preset": str(preset.public_id)}
    async with opened(cast.bob) as page:
        await page.ask(run(lanes=[changed]))
    assert (await Lane.objects.aget()).preset_id is None


async def test_it_refuses_what_is_not_theirs(cast: Cast) -> None:
    theirs = await sync_to_async(make_prompt)(cast.charlie)
    private = await sync_to_async(make_preset)(cast.alice, shared=False)
    async with opened(cast.bob) as page:
        reference = {"id": str(theirs.public_id), "version": 1}
        assert (await page.ask({**run(), "prompt": reference}))["code"] == "not_found"
        lanes = [{**lane(), "preset": str(private.public_id)}]
        assert (await page.ask(run(lanes=lanes)))["code"] == "not_found"
    assert not await Comparison.objects.aexists()


def make_run(person: User, prompt: Prompt, shared: bool) -> Comparison:
    comparison = make_session(person, shared=shared).comparisons.get()
    comparison.prompt_version = prompt.versions.get()
    comparison.save()
    return comparison


def test_it_shows_the_runs_that_one_may_see(cast: Cast) -> None:
    prompt = make_prompt(cast.alice)
    shared, private = (make_run(cast.alice, prompt, shared) for shared in (True, False))
    assert used(cast.alice, prompt) == [private, shared]
    assert used(cast.vera, prompt) == [shared]
    text = browser(cast.vera).get(prompt.get_absolute_url()).content.decode()
    assert "1 run that you can see used it" not in text
    text = browser(cast.bob).get(prompt.get_absolute_url()).content.decode()
    assert "1 run that you can see used it" in text


def test_it_shows_the_runs_of_a_preset(cast: Cast) -> None:
    preset = make_preset(cast.alice)
    comparison = make_session(cast.bob).comparisons.get()
    Lane.objects.filter(comparison=comparison).update(preset=preset)
    assert used(cast.vera, preset) == [comparison]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", "\x00"])
def test_it_reads_on_from_any_place(cast: Cast, before: str) -> None:
    prompt = make_prompt(cast.alice)
    path = f"{prompt.get_absolute_url()}runs/"
    assert browser(cast.alice).get(path, {"before": before}).status_code == 200


def test_it_keeps_runs_when_their_prompt_is_deleted(cast: Cast) -> None:
    prompt = make_prompt(cast.alice)
    comparison = make_run(cast.alice, prompt, True)
    page = browser(cast.alice).get(comparison.get_absolute_url()).content.decode()
    assert "Fox story" in page
    browser(cast.alice).post(f"{prompt.get_absolute_url()}delete/")
    comparison.refresh_from_db()
    assert comparison.prompt_version is None
    assert browser(cast.alice).get(comparison.get_absolute_url()).status_code == 200


def test_it_shows_every_turn_of_a_run(cast: Cast) -> None:
    comparison = make_session(cast.alice).comparisons.get()
    turns = ["Be brief.", "First?", "An answer.", "Second?"]
    roles = ["system", "user", "assistant", "user"]
    comparison.messages = [
        {"role": role, "content": text} for role, text in zip(roles, turns, strict=True)
    ]
    comparison.save()
    page = browser(cast.alice).get(comparison.get_absolute_url())
    assert (page.context["system"], page.context["prompt"]) == ("Be brief.", "Second?")
    assert [turn["content"] for turn in page.context["turns"]] == ["First?", "An answer."]
