"""Presets of settings that are kept only where they are set."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference.decoding.controls import BY_NAME, check_settings
from playground.compare.models import Lane
from playground.prompts.models import Preset
from playground.prompts.presets import agrees, check_preset_settings
from tests.factories import Cast
from tests.playground.compare.page import lane, opened, run

ALL = frozenset(BY_NAME)


@pytest.mark.parametrize(
    ("preset", "given", "same"),
    [
        ({}, {}, True),
        ({"typical_p": 0.5}, {"typical_p": 0.5}, True),
        ({"typical_p": 0.5}, {}, False),
        ({}, {"typical_p": 0.5}, False),
        ({}, {"samples": 4}, False),
        ({"samples": 4, "choose": "best_of"}, {"samples": 4, "choose": "best_of"}, True),
    ],
)
def test_it_agrees_where_every_setting_does(
    preset: dict[str, object], given: dict[str, object], same: bool
) -> None:
    made = Preset(settings=check_settings(preset, ALL))
    assert agrees(check_settings(given, ALL), made, ALL) == same


def test_it_asks_no_engine_for_what_that_does_not_honor() -> None:
    made = Preset(settings=check_preset_settings("", {"typical_p": 0.5}))
    without = ALL - {"typical_p"}
    assert agrees(check_settings({}, without), made, without)


@pytest.mark.django_db(transaction=True)
async def test_it_is_kept_beside_the_lane_that_used_it(cast: Cast) -> None:
    settings = check_settings({"dry_multiplier": 0.8}, ALL)
    made = await sync_to_async(Preset.objects.create)(
        team=cast.team, author=cast.alice, name="Dry", settings=settings
    )
    same = {**lane(dry_multiplier=0.8), "preset": str(made.public_id)}
    changed = {**lane(dry_multiplier=0.8, ignore_eos=True), "preset": str(made.public_id)}
    async with opened(cast.alice) as page:
        await page.ask(run(lanes=[same, changed]))
    kept = Lane.objects.order_by("position").values_list("preset_id", flat=True)
    assert [id async for id in kept] == [made.pk, None]


@pytest.mark.django_db
def test_it_names_choices_as_the_form_does(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    settings = {"samples": 4, "choose": "best_of", "ignore_eos": True, "logit_bias": ["fox = 2"]}
    form = {"name": "Best", "profile": "", "settings": json.dumps(settings)}
    answer = client.post("/library/presets/new/", form, follow=True)
    html = answer.content.decode()
    assert Preset.objects.get().settings["choose"] == "best_of"
    assert "The likeliest" in html
    assert "“fox = 2”" in html
    assert "yes" in html


@pytest.mark.django_db
def test_it_says_what_does_not_go_together(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    form = {"name": "Beam", "profile": "", "settings": '{"beam_width": 4}'}
    answer = client.post("/library/presets/new/", form)
    assert (answer.status_code, "set Temperature to 0" in answer.content.decode()) == (422, True)
