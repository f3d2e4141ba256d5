"""Reads an uploaded file into a checked document, or says where in it the trouble is."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from playground.sharing.exchange.checking import BadFile, check_document
from playground.sharing.exchange.document import FORMAT, VERSION, Document

PLACE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<path>.*?)`)?$", re.DOTALL)
FIELD = re.compile(r"field `([^`]*)`")
TYPE = re.compile(r"`([^`]*)`")
LONGEST = 240
VERBS = {
    "Object missing required": "misses the",
    "Object contains unknown": "holds the unknown",
}
TYPES = {
    "array": "a list",
    "object": "an object",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
}


class Head(msgspec.Struct):
    """What tells a file of ours from others."""

    format: str = ""
    version: int = 0


def read(content: bytes) -> Document:
    """A document in which everything is in range and refers to what is there. Raises BadFile."""
    _check_head(content)
    try:
        document = msgspec.json.decode(content, type=Document)
    except msgspec.ValidationError as error:
        raise BadFile(_located(str(error))) from error
    except (ValueError, RecursionError) as error:
        raise BadFile("The file is not valid JSON.") from error
    if b"\\u0000" in content:
        _check_signs(content)
    check_document(document)
    return document


def _check_head(content: bytes) -> None:
    try:
        head = msgspec.json.decode(content, type=Head)
    except RecursionError as error:
        raise BadFile("The file nests too deeply to be one that was exported here.") from error
    except msgspec.ValidationError:
        head = Head()
    except ValueError as error:
        raise BadFile(f"The file is not valid JSON: {error}.") from error
    if head.format != FORMAT:
        raise BadFile("This is no file exported from an Inference Playground as JSON.")
    if head.version != VERSION:
        raise BadFile(
            f"The file has version {head.version}; this installation reads version {VERSION}."
        )


def _located(message: str) -> str:
    """The decoder's message, its path first, in words."""
    found = PLACE.match(message)
    assert found
    problem = TYPE.sub(_type_words, FIELD.sub(r"field “\1”", found["problem"]))
    for technical, words in VERBS.items():
        problem = problem.replace(technical, words)
    return f"{found['path'] or 'the file'}: {problem[:1].lower()}{problem[1:LONGEST]}."


def _type_words(found: re.Match[str]) -> str:
    return " or ".join(TYPES.get(name, name) for name in found[1].split(" | "))


def _check_signs(content: bytes) -> None:
    """The types bound the depth by now, so walking the whole file is safe."""
    for path, text in _texts("", msgspec.json.decode(content)):
        if "\x00" in text:
            raise BadFile(f"{path.removeprefix('.')}: the text holds a NUL character; remove it.")


def _texts(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _texts(f"{path}[{index}]", item)
    elif isinstance(node, dict):
        for name, item in node.items():
            yield f"{path}.{name[:40]}", name
            yield from _texts(f"{path}.{name[:40]}", item)
