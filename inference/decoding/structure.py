"""Structured output: what form an answer may be held to, and how large and intricate a form.

The engine turns a form into an automaton over its vocabulary. That takes time and memory which a
short text can ask for without end, so every form is measured before any engine sees it.
"""

import json
from collections.abc import Iterator
from typing import Any

from inference.decoding.declaration import BadSetting
from inference.decoding.expressions import BadExpression, check_expression

LARGEST_SCHEMA = 8_000
DEEPEST_SCHEMA = 16
MOST_NODES = 500
LARGEST_COUNT = 1_000
MOST_CHOICES = 64
LONGEST_CHOICE = 200
LARGEST_GRAMMAR = 4_000
MOST_RULES = 100
COUNTS = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}
)


def check_structure(kind: str, text: str) -> None:
    """Raises BadSetting that says what of the form is wrong or too much."""
    if kind == "none":
        if text.strip():
            raise _bad("Choose what kind of form this is under Structured output, or clear it.")
        return
    if not text.strip():
        raise _bad("Write the form that the answer shall have, or set Structured output to None.")
    match kind:
        case "json":
            _check_schema(text)
        case "regex":
            _check_regex(text, "The expression")
        case "choice":
            _check_choices(choices(text))
        case _:
            _check_grammar(text)


def choices(text: str) -> list[str]:
    """The allowed answers, one a line, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _bad(message: str) -> BadSetting:
    return BadSetting("structure_text", message)


def _check_regex(pattern: str, what: str) -> None:
    try:
        check_expression(pattern)
    except BadExpression as problem:
        raise _bad(f"{what} {problem}") from problem


def _check_choices(lines: list[str]) -> None:
    if len(lines) > MOST_CHOICES:
        raise _bad(f"{len(lines)} answers to choose from; at most {MOST_CHOICES}.")
    longest = max(map(len, lines))
    if longest > LONGEST_CHOICE:
        raise _bad(f"An answer has {longest} characters; at most {LONGEST_CHOICE}.")


def _check_grammar(text: str) -> None:
    if len(text) > LARGEST_GRAMMAR:
        raise _bad(f"The grammar has {len(text):,} characters; at most {LARGEST_GRAMMAR:,}.")
    rules = [line for line in text.splitlines() if ":" in line]
    if len(rules) > MOST_RULES:
        raise _bad(f"The grammar has {len(rules)} rules; at most {MOST_RULES}.")
    if not any(line.lstrip("?! ").startswith("start") for line in rules):
        raise _bad("The grammar needs a rule called start.")
    if "%import" in text or "%json" in text or "%regex" in text:
        raise _bad("The grammar may not import: write its rules out.")


def _check_schema(text: str) -> None:
    if len(text) > LARGEST_SCHEMA:
        raise _bad(f"The schema has {len(text):,} characters; at most {LARGEST_SCHEMA:,}.")
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(f"The schema is not valid JSON: {_reason(error)}.") from error
    if not isinstance(schema, dict):
        raise _bad("The schema must be a JSON object, between { and }.")
    for count, (depth, name, value) in enumerate(_nodes(schema), start=1):
        if depth > DEEPEST_SCHEMA:
            raise _bad(f"The schema nests deeper than {DEEPEST_SCHEMA} levels.")
        if count > MOST_NODES:
            raise _bad(f"The schema has more than {MOST_NODES} parts.")
        _check_node(name, value)


def _reason(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"


def _nodes(schema: Any) -> Iterator[tuple[int, str, Any]]:
    """Every value in the schema with its depth and the name that it stands under."""
    level: list[tuple[str, Any]] = [("", schema)]
    depth = 0
    while level and depth <= DEEPEST_SCHEMA + 1:
        yield from ((depth, name, value) for name, value in level)
        level = [inner for name, value in level for inner in _inside(name, value)]
        depth += 1


def _inside(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [(name, item) for item in value] if isinstance(value, list) else []


def _check_node(name: str, value: Any) -> None:
    if name == "$ref" and not (isinstance(value, str) and value.startswith("#")):
        raise _bad("The schema refers to another document; only references within it are followed.")
    if name == "patternProperties":
        raise _bad("The engine cannot hold answers to patternProperties.")
    if name == "pattern" and isinstance(value, str):
        _check_regex(value, "A pattern in the schema")
    if name in COUNTS and isinstance(value, int | float) and not 0 <= value <= LARGEST_COUNT:
        raise _bad(f"{name} is {value:g}; it goes from 0 to {LARGEST_COUNT:,}.")
