"""Forms that are sent to make an engine work for ever, by kind, each with why it is refused."""

import json
from typing import Any


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


REFUSED: list[tuple[str, str, str]] = [
    ("regex", "(a+)+$", "repeats a repetition"),
    ("regex", "((a*)*)*b", "repeats a repetition"),
    ("regex", "(a|a*)*b", "repeats a repetition"),
    ("regex", "a{1,100000}", "at most 256"),
    ("regex", "((a{100}){100}){100}", "at most 2,000"),
    ("regex", "(.{0,200}x){200}", "at most 2,000"),
    ("regex", "(?=a)a", "looks ahead"),
    ("regex", "(?<!a)a", "looks ahead or behind"),
    ("regex", r"(a)\1", "refers back"),
    ("regex", "(" * 200, "cannot be read"),
    ("regex", "a" * 501, "at most 500"),
    ("regex", "a{99999999999999999999}", "cannot be read"),
    ("json", json.dumps(nested(20)), "nests deeper than 16"),
    ("json", "[" * 4000 + "]" * 4000, "."),
    ("json", json.dumps({"enum": list(range(600))}), "more than 500 parts"),
    ("json", '{"type": "array", "minItems": 1000000}', "from 0 to 1,000"),
    ("json", '{"type": "string", "maxLength": 1e300}', "from 0 to 1,000"),
    ("json", '{"type": "string", "pattern": "(a+)+"}', "repeats a repetition"),
    ("json", '{"$ref": "https://example.com/schema.json"}', "another document"),
    ("json", '{"$ref": "file:///etc/passwd"}', "another document"),
    ("json", '{"patternProperties": {"a": {}}}', "patternProperties"),
    ("json", '{"type": ', "not valid JSON"),
    ("json", '"object"', "must be a JSON object"),
    ("choice", "\n".join(f"answer {n}" for n in range(65)), "at most 64"),
    ("choice", "a" * 201, "at most 200"),
    ("grammar", 'begin: "a"', "a rule called start"),
    ("grammar", "\n".join(['start: "a"'] + [f'r{n}: "a"' for n in range(100)]), "at most 100"),
    ("grammar", "start: WORD\n%import common.WORD", "may not import"),
    ("grammar", 'start: "' + "a" * 4000 + '"', "at most 4,000"),
]
"""Refused before any engine sees them."""

HEAVY: list[tuple[str, str]] = [
    ("regex", "(a|b)*a(a|b){200}"),
    ("regex", "[a-z]{1,256}[0-9]{1,256}"),
    ("regex", "(a{0,20}b{0,20}){40}"),
    ("regex", ".*a.*b.*c.*d.*e.*f.*g.*h.*"),
    ("regex", "|".join("(x{1,9}|y{1,9})" for _ in range(20))),
    ("json", json.dumps(nested(6))),
    ("json", '{"$ref": "#"}'),
    ("json", '{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},'
     ' "$ref": "#/$defs/a"}'),
    ("json", '{"anyOf": [' + ", ".join(['{"type": "object"}'] * 60) + "]}"),
    ("json", '{"type": "object", "properties": {'
     + ", ".join(f'"p{n}": {{"type": "string", "maxLength": 900}}' for n in range(60)) + "}}"),
    ("json", '{"type": "array", "items": {"type": "array", "items": {"type": "number"}},'
     ' "minItems": 900}'),
    ("json", '{"type": "nonsense"}'),
    ("json", '{"allOf": [{"type": "string"}, {"type": "number"}]}'),
    ("grammar", "start: start start | \"a\""),
    ("grammar", "start: a\na: b\nb: a"),
    ("grammar", "start: /(a|b)*a(a|b){200}/"),
    ("grammar", "start: undefined"),
    ("grammar", "start: (((("),
    ("grammar", 'start: "a"~1000000'),
    ("choice", "yes\nno"),
]  # fmt: skip
"""Within the limits, and as heavy, circular or senseless as those allow: the engine must outlive
them all, whatever it answers."""
