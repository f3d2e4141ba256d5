"""What people type into the library, and what is wrong with it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inference.decoding.controls import BadSetting
from inference.profiles import UnknownProfile, profiles
from playground.prompts.actions import PromptContent
from playground.prompts.messages import (
    BadPrompt,
    check_text,
    check_turns,
    check_values,
    variables_of,
)
from playground.prompts.presets import PresetContent, check_preset_settings
from playground.prompts.tags import BadTags, check_tags, split_tags

NAME_LENGTH = 120
DESCRIPTION_LENGTH = 2000
NOTE_LENGTH = 200
TAGS_TEXT_LENGTH = 2000
VALUE_PREFIX = "value-"


class TagsField(forms.CharField):
    """Tags with commas between them; a list of texts."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=TAGS_TEXT_LENGTH,
            help_text="Words with commas between them.",
        )

    def clean(self, value: Any) -> Any:
        try:
            return check_tags(split_tags(super().clean(value)))
        except BadTags as error:
            raise ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class NamedForm(forms.Form):
    """What prompts and presets have in common. `seen` is when the edited thing had changed last."""

    name = forms.CharField(max_length=NAME_LENGTH)
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH, required=False, widget=forms.Textarea({"rows": 2})
    )
    tags = TagsField()
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style = "textarea" if isinstance(field.widget, forms.Textarea) else "input"
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", style)
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    @property
    def seen_at(self) -> datetime:
        """When the edited thing had changed last as the form was opened; long ago if garbled, so
        that nothing newer is written over."""
        try:
            return datetime.fromisoformat(self.cleaned_data.get("seen", ""))
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)


class TurnsWidget(forms.Widget):
    """Reads the repeated fields `role` and `content`, or all turns as JSON in `messages`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data[name]
        roles, contents = data.getlist("role"), data.getlist("content")
        return [
            {"role": role, "content": content.replace("\r\n", "\n")}
            for role, content in zip(roles, contents, strict=False)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class TurnsField(forms.Field):
    """The messages of a prompt."""

    widget = TurnsWidget

    def clean(self, value: Any) -> Any:
        try:
            turns = parsed(value) if isinstance(value, str) else value
            return check_turns(turns if isinstance(turns, list) else [])
        except BadPrompt as error:
            raise ValidationError(str(error)) from error


class PromptForm(NamedForm):
    """A prompt, new or edited."""

    messages = TurnsField()
    note = forms.CharField(
        max_length=NOTE_LENGTH,
        required=False,
        label="What changed",
        help_text="One line for the list of versions. Optional.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "messages" in cleaned:
            try:
                names = variables_of(cleaned["messages"])
                cleaned["variables"] = check_values(names, self.values)
            except BadPrompt as error:
                self.add_error("messages", str(error))
        return cleaned

    @property
    def values(self) -> dict[str, str]:
        """The starting values that were typed, by variable."""
        return {
            name.removeprefix(VALUE_PREFIX): str(value)
            for name, value in self.data.items()
            if name.startswith(VALUE_PREFIX)
        }

    @property
    def starting_values(self) -> dict[str, str]:
        """The same, or what the edit starts from."""
        return self.values if self.is_bound else self.initial.get("variables", {})

    @property
    def turns(self) -> list[Any]:
        """The turns to show again: what was typed, or what the edit starts from."""
        turns = self["messages"].value()
        if isinstance(turns, str):
            turns = self.cleaned_data.get("messages")
        if not isinstance(turns, list) or not all(isinstance(turn, Mapping) for turn in turns):
            turns = []
        return turns or [{"role": "system", "content": ""}, {"role": "user", "content": ""}]

    def content(self) -> PromptContent:
        """What was typed, once it is valid."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return PromptContent(**kept)


class SettingsField(forms.Field):
    """Decoding settings as JSON, filled in by the page's controls; a mapping by name."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        try:
            settings = parsed(value or "{}")
        except BadPrompt as error:
            raise ValidationError(str(error)) from error
        if not isinstance(settings, dict):
            raise ValidationError("The settings came garbled. Reload the page and try again.")
        return settings


class PresetForm(NamedForm):
    """A preset, new or edited."""

    shared = forms.BooleanField(required=False, label="Share with the team")
    profile = forms.CharField(max_length=60, required=False, label="Model")
    settings = SettingsField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"settings", "profile"} <= cleaned.keys():
            try:
                cleaned["settings"] = check_preset_settings(cleaned["profile"], cleaned["settings"])
            except UnknownProfile as error:
                self.add_error("profile", str(error))
            except BadSetting as error:
                self.add_error("settings", str(error))
        return cleaned

    @property
    def settings_to_show(self) -> dict[str, Any]:
        """The settings that the controls start with."""
        value = self["settings"].value()
        try:
            settings = parsed(value) if isinstance(value, str) else value
        except BadPrompt:
            return {}
        return settings if isinstance(settings, dict) else {}

    @property
    def settings_json(self) -> str:
        """The same, for the field that the page's scripts fill in."""
        return json.dumps(self.settings_to_show)

    @property
    def profile_to_show(self) -> str:
        """The chosen profile, where this installation has it."""
        name = self["profile"].value() or ""
        return name if name in profiles() else ""

    def content(self) -> PresetContent:
        """What was typed, once it is valid."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return PresetContent(**kept)


def parsed(text: str) -> Any:
    """JSON that the page's scripts put into a field. Raises BadPrompt where it is none."""
    try:
        found = json.loads(text)
        check_text(json.dumps(found, ensure_ascii=False))
    except BadPrompt:
        raise
    except (ValueError, RecursionError) as error:
        raise BadPrompt("This came garbled. Reload the page and try again.") from error
    return found
