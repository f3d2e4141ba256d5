"""What the workbench asks the library for."""

import json

import pytest

from playground.prompts.models import Preset, Prompt
from tests.factories import Cast
from tests.playground.prompts.things import browser, make_preset, make_prompt

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


def test_it_gives_a_prompt_as_the_composer_takes_it(cast: Cast) -> None:
    prompt = make_prompt(cast.alice, "A {{x}}.", variables={"x": "fox"})
    use = f"{prompt.get_absolute_url()}use/"
    assert browser(cast.bob).get(use).json() == {
        "id": str(prompt.public_id),
        "version": 1,
        "name": "Fox story",
        "url": prompt.get_absolute_url(),
        "messages": [{"role": "user", "content": "A {{x}}."}],
        "variables": {"x": "fox"},
    }
    assert browser(cast.bob).get(f"{use}?version=1").json()["version"] == 1
    for wrong in ("2", "-1", "one", "1" * 30):
        assert browser(cast.bob).get(f"{use}?version={wrong}").status_code == 404


def test_it_gives_a_preset_as_a_lane_takes_it(cast: Cast) -> None:
    preset = make_preset(cast.alice, {"temperature": 0.2})
    found = browser(cast.bob).get(f"{preset.get_absolute_url()}use/").json()
    assert (found["id"], found["name"], found["profile"]) == (str(preset.public_id), "Careful", "")
    assert (found["settings"]["temperature"], found["settings"]["seed"]) == (0.2, None)


def test_it_picks_by_what_is_typed(cast: Cast) -> None:
    make_prompt(cast.alice)
    make_preset(cast.alice, {"temperature": 0.2})
    bob = browser(cast.bob)
    for path, name in (("prompts", "Fox story"), ("presets", "Careful")):
        pick = f"/library/{path}/pick/"
        assert name in bob.get(pick, {"q": name[:3]}, headers=HTMX).content.decode()
        assert name not in bob.get(pick, {"q": "zebra"}, headers=HTMX).content.decode()
        assert "at most 200" in bob.get(pick, {"q": "x" * 10_000}, headers=HTMX).content.decode()
        assert bob.get(pick).status_code == 302


def test_it_saves_what_stands_on_the_workbench(cast: Cast) -> None:
    bob = browser(cast.bob)
    messages = [{"role": "system", "content": "Be."}, {"role": "user", "content": "A {{x}}."}]
    fields = {"name": "Saved", "messages": json.dumps(messages), "value-x": "fox"}
    answer = bob.post("/library/prompts/new/", fields, headers=HTMX)
    version = Prompt.objects.get().versions.get()
    assert (version.messages, version.variables) == (messages, {"x": "fox"})
    assert f"{Prompt.objects.get().get_absolute_url()}use/" in answer.content.decode()
    settings = {"temperature": 0.2, "seed": None, "stop": []}
    fields = {"name": "Saved", "profile": "small", "settings": json.dumps(settings)}
    bob.post("/library/presets/new/", fields, headers=HTMX)
    preset = Preset.objects.get()
    assert (preset.shared, preset.profile, preset.settings["temperature"]) == (False, "small", 0.2)


def test_it_says_in_the_dialog_what_is_wrong(cast: Cast) -> None:
    answer = browser(cast.bob).post("/library/prompts/new/", {"name": ""}, headers=HTMX)
    assert "This field is required" in answer.content.decode()
    assert "<html" not in answer.content.decode()
