"""The turns of a prompt: what each may be, how many, how long."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inference.engines.protocol import TEXT
from playground.prompts.variables import names_in

ROLES = ("system", "user", "assistant")
MAX_MESSAGES = 64
MAX_PROMPT_CHARACTERS = 200_000
MAX_VARIABLES = 64
MAX_VALUE_CHARACTERS = 10_000


class BadPrompt(ValueError):
    """Something about a prompt that a person can put right. The message says what."""


def check_turns(turns: Sequence[Any]) -> list[dict[str, str]]:
    """The turns to store, without the blank ones. Raises BadPrompt naming the limit.

    The last one is the user's: it is what the workbench asks, below the turns before it.
    """
    if len(turns) > MAX_MESSAGES:
        raise BadPrompt(f"{len(turns)} messages; at most {MAX_MESSAGES}.")
    kept = [turn for turn in map(_check_turn, turns) if turn["content"].strip()]
    if not kept or kept[-1]["role"] != "user":
        raise BadPrompt("Write what the user asks: the last message is the user's.")
    characters = sum(len(turn["content"]) for turn in kept)
    if characters > MAX_PROMPT_CHARACTERS:
        raise BadPrompt(
            f"The prompt has {characters:,} characters; at most {MAX_PROMPT_CHARACTERS:,}."
        )
    return kept


def _check_turn(turn: Any) -> dict[str, str]:
    if not isinstance(turn, Mapping) or turn.get("role") not in ROLES:
        raise BadPrompt(f"A message's role is one of {', '.join(ROLES)}.")
    content = turn.get("content")
    if not isinstance(content, str):
        raise BadPrompt("A message's content is text.")
    check_text(content)
    return {"role": turn["role"], "content": content}


def check_text(text: str) -> None:
    """Raises BadPrompt where the text holds what no database keeps."""
    if "\x00" in text:
        raise BadPrompt("The text holds a NUL character; remove it.")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadPrompt("The text holds half a character (a lone surrogate); remove it.")


def variables_of(turns: Iterable[Mapping[str, str]]) -> list[str]:
    """The names in all turns together. Raises BadPrompt where there are too many."""
    names = names_in("\n".join(turn["content"] for turn in turns))
    if len(names) > MAX_VARIABLES:
        raise BadPrompt(f"{len(names)} variables; at most {MAX_VARIABLES}.")
    return names


def check_values(names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The value that each name starts with. Raises BadPrompt naming the variable."""
    values = {name: given.get(name, "") for name in names}
    for name, value in values.items():
        check_text(value)
        if len(value) > MAX_VALUE_CHARACTERS:
            raise BadPrompt(
                f"The value of {name} has {len(value):,} characters; "
                f"at most {MAX_VALUE_CHARACTERS:,}."
            )
    return values


def composed(messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Messages as the composer shows them: `system` and `prompt` are texts, `turns` what stands
    between the two. `mode` is "text" for a text to be continued, else "chat"."""
    turns = list(messages)
    if turns and turns[0]["role"] == TEXT:
        return {"system": "", "turns": [], "prompt": turns[0]["content"], "mode": TEXT}
    system = turns.pop(0)["content"] if turns and turns[0]["role"] == "system" else ""
    prompt = turns.pop()["content"] if turns and turns[-1]["role"] == "user" else ""
    return {"system": system, "turns": turns, "prompt": prompt, "mode": "chat"}
