"""The corpus: conversations of six kinds, drawn without end from a seed."""

from collections.abc import Iterator
from itertools import count
from random import Random

from inference.builtin.corpus import arithmetic, everyday, glossary, stories, tracking
from inference.builtin.corpus.documents import Document, Exchange, Kind, Message
from inference.builtin.corpus.phrasing import as_typed
from inference.builtin.corpus.styles import styled

SHARES: dict[Kind, float] = {
    "stories": 0.16,
    "everyday": 0.27,
    "glossary": 0.26,
    "arithmetic": 0.25,
    "conversations": 0.06,
    "tracking": 0.0,
}
LATER: dict[Kind, float] = {
    "stories": 0.17,
    "everyday": 0.16,
    "glossary": 0.16,
    "arithmetic": 0.22,
    "conversations": 0.03,
    "tracking": 0.26,
}
LATER_FROM = 44_032
DRAW = {
    "stories": stories.draw,
    "everyday": everyday.draw,
    "glossary": glossary.draw,
    "arithmetic": arithmetic.draw,
    "tracking": tracking.draw,
}
TOPICS: tuple[Kind, ...] = ("stories", "everyday", "glossary", "arithmetic")


def documents(seed: int | str) -> Iterator[Document]:
    """Draw documents without end; the same seed gives the same ones on every machine.

    The shares change once: after `LATER_FROM` documents tracking joins the other kinds.
    """
    rng = Random(f"corpus {seed}")
    for number in count():
        shares = SHARES if number < LATER_FROM else LATER
        yield draw(rng.choices(list(shares), list(shares.values()))[0], rng)


def draw(kind: Kind, rng: Random) -> Document:
    """Draw one document of a kind."""
    if kind == "conversations":
        return conversation(rng)
    exchange = DRAW[kind](rng)
    if kind == "tracking":
        return document(kind, [exchange], "")
    if kind in {"everyday", "glossary"} and rng.random() < 0.3:
        system, answer = styled(exchange.answer, rng)
        return document(kind, [Exchange(as_typed(exchange.question, rng), answer)], system)
    system = "You are a helpful assistant." if rng.random() < 0.15 else ""
    return document(kind, [Exchange(as_typed(exchange.question, rng), exchange.answer)], system)


def conversation(rng: Random) -> Document:
    """Several exchanges in a row, some of them about a story just told."""
    turns: list[Exchange] = []
    for _ in range(rng.choice((2, 2, 3, 3, 4, 6))):
        kind = rng.choice(TOPICS)
        turns += stories.told_and_asked(rng) if kind == "stories" else [DRAW[kind](rng)]
    system = "You are a helpful assistant." if rng.random() < 0.2 else ""
    typed = [Exchange(as_typed(turn.question, rng), turn.answer) for turn in turns]
    return document("conversations", typed, system)


def document(kind: Kind, turns: list[Exchange], system: str) -> Document:
    """Lay exchanges out as messages."""
    messages = [Message("system", system)] if system else []
    for turn in turns:
        messages += [Message("user", turn.question), Message("assistant", turn.answer)]
    return Document(kind, tuple(messages))
