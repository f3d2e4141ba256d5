"""Prompts and presets to test with."""

import json
from typing import Any

from django.test import Client

from playground.accounts.models import User
from playground.prompts.actions import PromptContent, do_make_prompt
from playground.prompts.models import Preset, Prompt
from playground.prompts.presets import PresetContent, check_preset_settings, do_make_preset
from tests.factories import membership_of

TEXT = "Write about a {{animal}} who lost a lantern."


def make_prompt(author: User, text: str = TEXT, **fields: Any) -> Prompt:
    content = {
        "name": "Fox story",
        "description": "",
        "tags": [],
        "messages": [{"role": "user", "content": text}],
        "variables": {},
        **fields,
    }
    return do_make_prompt(membership_of(author), PromptContent(**content))


def make_preset(author: User, settings: Any = None, **fields: Any) -> Preset:
    content = {
        "name": "Careful",
        "description": "",
        "tags": [],
        "shared": True,
        "profile": "",
        "settings": check_preset_settings(fields.get("profile", ""), settings or {}),
        **fields,
    }
    return do_make_preset(membership_of(author), PresetContent(**content))


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def prompt_fields(*texts: str, **fields: Any) -> dict[str, Any]:
    """The form of a prompt as a browser sends it: the user and the assistant take turns."""
    texts = texts or (TEXT,)
    roles = [("user", "assistant")[index % 2] for index in range(len(texts))]
    return {"name": "Fox story", "role": roles, "content": list(texts), **fields}


def preset_fields(settings: Any = None, **fields: Any) -> dict[str, Any]:
    return {"name": "Careful", "settings": json.dumps(settings or {}), **fields}
