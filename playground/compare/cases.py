"""The cases of a run: sets of values for the variables of its prompt, each run in every lane."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from playground.compare.models import Case, Comparison
from playground.compare.requests import BadInput, CheckedLane, Message, check_messages
from playground.prompts.messages import (
    MAX_PROMPT_CHARACTERS,
    BadPrompt,
    check_values,
    variables_of,
)
from playground.prompts.variables import VARIABLE, fill

MAX_CASES = 32
MAX_ANSWERS = 256
"""Lanes × cases × samples of one run: what one page can watch at a time."""

MAX_CHARACTERS = 5 * MAX_PROMPT_CHARACTERS
"""Of the filled prompts of all cases together."""


class CheckedCase(msgspec.Struct, frozen=True):
    """One case: the values of the prompt's variables, and the messages with these put in."""

    variables: dict[str, str]
    messages: list[dict[str, str]]


def check_cases(
    messages: Sequence[Message], cases: Sequence[Mapping[str, str]]
) -> list[CheckedCase]:
    """The cases to run, filled in; one that fills in nothing where none is given.

    A name without a value stays as it is written. Raises BadInput naming case and limit.
    """
    if len(cases) > MAX_CASES:
        raise BadInput(f"{len(cases)} cases; a run has at most {MAX_CASES}.", "cases")
    if not cases:
        return [CheckedCase({}, check_messages(messages))]
    names = _names(messages)
    values = [_values(names, case, number) for number, case in enumerate(cases, 1)]
    _check_size(messages, values)
    return [_filled(messages, each, number) for number, each in enumerate(values, 1)]


def check_answers(lanes: Sequence[CheckedLane], cases: int) -> None:
    """Raises BadInput where lanes × cases × samples are more than a run makes."""
    samples = sum(lane.settings.get("samples", 1) for lane in lanes)
    if samples * cases > MAX_ANSWERS:
        raise BadInput(
            f"This run would make {samples * cases:,} answers ({samples} for each of {cases} "
            f"cases); at most {MAX_ANSWERS}. Take fewer cases, samples or lanes.",
            "cases" if cases > 1 else "run",
        )


def _names(messages: Sequence[Message]) -> list[str]:
    try:
        return variables_of([{"content": message.content} for message in messages])
    except BadPrompt as error:
        raise BadInput(str(error), "cases") from error


def _values(names: Sequence[str], given: Mapping[str, str], number: int) -> dict[str, str]:
    """What of a case's values the prompt has a variable for."""
    named = [name for name in names if name in given]
    try:
        return check_values(named, given)
    except BadPrompt as error:
        raise BadInput(f"Case {number}: {error}", f"cases.{number - 1}") from error


def _check_size(messages: Sequence[Message], cases: Sequence[Mapping[str, str]]) -> None:
    """Measured before anything is filled in: a short prompt can unfold to any length."""
    total = 0
    for number, values in enumerate(cases, 1):
        length = sum(filled_length(message.content, values) for message in messages)
        if length > MAX_PROMPT_CHARACTERS:
            raise BadInput(
                f"Case {number}: with its values put in, the prompt has {length:,} characters; "
                f"at most {MAX_PROMPT_CHARACTERS:,}.",
                f"cases.{number - 1}",
            )
        total += length
    if total > MAX_CHARACTERS:
        raise BadInput(
            f"All cases together have {total:,} characters of prompt; at most {MAX_CHARACTERS:,}. "
            "Run them in parts.",
            "cases",
        )


def filled_length(text: str, values: Mapping[str, str]) -> int:
    """How many characters `fill(text, values)` has."""
    found = ((len(match[0]), values.get(match[1])) for match in VARIABLE.finditer(text))
    return len(text) + sum(len(value) - old for old, value in found if value is not None)


def fill_messages(
    messages: Sequence[Mapping[str, str]], values: Mapping[str, str]
) -> list[dict[str, str]]:
    """Stored messages with a case's values put in."""
    return [{**message, "content": fill(message["content"], values)} for message in messages]


def asked_of(run: Comparison) -> list[dict[str, str]]:
    """A stored run's messages as they were asked, where it has one case; else as written."""
    cases = run.cases.all()
    return fill_messages(run.messages, cases[0].variables) if len(cases) == 1 else run.messages


def first_asked_of(run: Comparison) -> list[dict[str, str]]:
    """A stored run's messages as they were asked in its first case."""
    first = min(run.cases.all(), key=lambda case: case.number, default=None)
    return fill_messages(run.messages, first.variables) if first else run.messages


def names_of(cases: Iterable[Case]) -> list[str]:
    """The variables that any of a run's cases has a value for, each once."""
    return list(dict.fromkeys(name for case in cases for name in case.variables))


def place_words(case: int, cases: int, sample: int, samples: int) -> str:
    """Which of a lane's answers this is: “case 2, answer 3”; "" where there is one alone."""
    words = [f"case {case}"] if cases > 1 else []
    words += [f"answer {sample}"] if samples > 1 else []
    return ", ".join(words)


def _filled(messages: Sequence[Message], values: dict[str, str], number: int) -> CheckedCase:
    filled = [Message(message.role, fill(message.content, values)) for message in messages]
    try:
        return CheckedCase(values, check_messages(filled))
    except BadInput as error:
        raise BadInput(f"Case {number}: {error.message}", f"cases.{number - 1}") from error
