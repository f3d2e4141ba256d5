"""What a corpus is made of: conversations, each of one kind."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]
Kind = Literal["stories", "everyday", "glossary", "arithmetic", "conversations", "tracking"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, before a style or a conversation is put around it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole conversation, ending with the assistant's turn."""

    kind: Kind
    messages: tuple[Message, ...]
