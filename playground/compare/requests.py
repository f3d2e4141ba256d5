"""What a person sends to be run: its shape, its limits, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from inference.analysis.fairness import Mode
from inference.decoding.controls import BadSetting, check_settings
from inference.dispatch import registered
from inference.engines.protocol import TEXT
from inference.profiles import Profile, UnknownProfile, profile, unavailable
from playground.compare.beginnings import Beginning, Fork
from playground.prompts.messages import MAX_MESSAGES, MAX_PROMPT_CHARACTERS, ROLES

MAX_LANES = 8


class BadInput(Exception):
    """Something that a person can put right. `field` is where, `code` what kind."""

    def __init__(self, message: str, field: str | None = None, code: str = "bad_input") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class Message(msgspec.Struct, frozen=True):
    """One turn of the prompt; with the role TEXT it is alone, and no conversation."""

    role: str
    content: str


class LaneRequest(msgspec.Struct, frozen=True):
    """One lane as asked for. Settings are checked by name and range."""

    profile: str
    settings: dict[str, Any] = {}
    preset: UUID | None = None
    fork: Fork | None = None


class PromptRef(msgspec.Struct, frozen=True):
    """The version of a library prompt that the messages were filled from."""

    id: UUID
    version: int


class RunRequest(msgspec.Struct, frozen=True):
    """A press of Run. `key` makes a repeat harmless; `session` None starts a new one.

    Each of `cases` gives values to the `{{variables}}` of the messages; none at all leaves the
    messages as they are written. `order` is whether answers are made together or in turns.
    """

    key: UUID
    messages: list[Message]
    lanes: list[LaneRequest]
    session: UUID | None = None
    prompt: PromptRef | None = None
    cases: list[dict[str, str]] = []
    order: Mode = "concurrent"


class CheckedLane(msgspec.Struct, frozen=True):
    """A lane whose profile exists and whose settings are whole and in range.

    `preset` is the row id of the preset that the settings came from; `beginning` what the answer
    begins with where that is given.
    """

    profile: Profile
    settings: dict[str, Any]
    preset: int | None = None
    beginning: Beginning | None = None


def check_messages(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The messages to store. Raises BadInput naming the field and the limit."""
    if len(messages) > MAX_MESSAGES:
        raise BadInput(f"{len(messages)} messages; at most {MAX_MESSAGES}.", "messages")
    if any(message.role == TEXT for message in messages):
        return [_check_text(messages)]
    kept = []
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        if message.role not in ROLES:
            raise BadInput(f"A message's role is one of {', '.join(ROLES)}.", where)
        _check_storable(message, where)
        if message.role == "user" and not message.content.strip():
            raise BadInput("Write a prompt first.", where)
        if message.content.strip():
            kept.append({"role": message.role, "content": message.content})
    if not any(message["role"] == "user" for message in kept):
        raise BadInput("Write a prompt first.", "messages")
    _check_length(sum(len(message["content"]) for message in kept), len(messages) - 1)
    return kept


def _check_text(messages: Sequence[Message]) -> dict[str, str]:
    """A text that the model goes on from: it stands alone, and blanks in it count."""
    if len(messages) != 1:
        raise BadInput("A text to be continued is one message, without any other.", "messages")
    [message] = messages
    _check_storable(message, "messages.0")
    if not message.content:
        raise BadInput("Write a text first, for the model to go on from.", "messages.0")
    _check_length(len(message.content), 0)
    return {"role": TEXT, "content": message.content}


def _check_storable(message: Message, where: str) -> None:
    if "\x00" in message.content:
        raise BadInput("The message holds a NUL character; remove it.", where)


def _check_length(characters: int, last: int) -> None:
    if characters > MAX_PROMPT_CHARACTERS:
        raise BadInput(
            f"The prompt has {characters:,} characters; at most {MAX_PROMPT_CHARACTERS:,}.",
            f"messages.{last}",
        )


def check_lanes(lanes: list[LaneRequest]) -> list[CheckedLane]:
    """The lanes with whole settings. Raises BadInput naming lane, setting and limit."""
    if not 1 <= len(lanes) <= MAX_LANES:
        raise BadInput(f"{len(lanes)} lanes; from 1 to {MAX_LANES}.", "lanes")
    return [_check_lane(index, lane) for index, lane in enumerate(lanes)]


def _check_lane(index: int, lane: LaneRequest) -> CheckedLane:
    try:
        chosen = profile(lane.profile)
        if (reason := unavailable(chosen)) and chosen.name not in registered():
            raise BadInput(f"{chosen.title} cannot start here. {reason}", f"lanes.{index}.profile")
        return CheckedLane(chosen, check_settings(_given(lane.settings), chosen.controls))
    except UnknownProfile as error:
        raise BadInput(str(error), f"lanes.{index}.profile") from error
    except BadSetting as error:
        raise BadInput(str(error), f"lanes.{index}.settings.{error.control}") from error


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that say something: an empty field means the default."""
    return {name: value for name, value in settings.items() if value not in (None, "")}
