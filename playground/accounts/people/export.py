"""Everything that is stored of one person, as one JSON document.

Each app tells its part: a module `personal_data` in it, found at the start, registers functions
that give rows. Rows are written as they are read, so the document may be larger than memory. The
same modules say what must not outlive the person.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from playground.accounts.models import User

FORMAT = "inference-playground/personal-data"
VERSION = 1
Rows = Iterable[Mapping[str, Any]]
Part = Callable[[User], Rows]
Forget = Callable[[User], object]
_parts: dict[str, Part] = {}
_forgetting: list[Forget] = []


def personal_data(name: str) -> Callable[[Part], Part]:
    """Register a function that gives what is stored of a person under this name."""

    def register(part: Part) -> Part:
        if _parts.setdefault(name, part) is not part:
            raise ValueError(f"Two apps tell of {name}.")
        return part

    return register


def private_data(forget: Forget) -> Forget:
    """Register what deletes a person's private rows in teams that outlive their account: nobody
    could see these any more.
    """
    _forgetting.append(forget)
    return forget


def forget_private(user: User) -> None:
    """Delete them. Call it in the transaction that deletes the account."""
    for forget in _forgetting:
        forget(user)


def parts() -> list[str]:
    """The names of what the document holds."""
    return list(_parts)


def document(user: User) -> Iterator[str]:
    """The document, piece by piece."""
    head = {"format": FORMAT, "version": VERSION, "made_at": timezone.now()}
    yield _encode(head).removesuffix("}")
    for name, part in _parts.items():
        yield f",\n{_encode(name)}: ["
        for number, row in enumerate(part(user)):
            yield (",\n" if number else "\n") + _encode(row)
        yield "]"
    yield "}\n"


def _encode(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
