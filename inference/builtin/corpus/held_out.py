"""Conversations that no training run ever read: what every model's perplexity is measured on.

They are made from the same templates as the rest, so an everyday answer's words were seen
elsewhere; each conversation as a whole was not. Training reads the documents of seed 0 alone, and
none beyond the first `TRAINED_ON`.
"""

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from random import Random

from inference.builtin.corpus import SHARES, documents, draw
from inference.builtin.corpus.documents import Document, Kind, Message

FILE = Path(__file__).with_suffix(".jsonl")
TRAINED_ON = 150_000
SEED = "held out"


def load() -> list[Document]:
    """The split, as it was drawn once: as many conversations of each kind."""
    rows = [json.loads(line) for line in FILE.read_text().splitlines()]
    return [Document(row["kind"], tuple(Message(**each) for each in row["messages"]))
            for row in rows]  # fmt: skip


def write(size: int = 40) -> None:
    """Draw the split anew, `size` conversations of each kind."""
    trained = {each.messages for each in islice(documents(0), TRAINED_ON)}
    drawn = [each for kind in SHARES for each in unseen(kind, size, trained)]
    FILE.write_text("".join(json.dumps(asdict(each)) + "\n" for each in drawn))


def unseen(kind: Kind, size: int, trained: set[tuple[Message, ...]]) -> list[Document]:
    """Conversations of one kind that are not among those trained on, none of them twice."""
    rng = Random(f"{SEED} {kind}")
    drawn: dict[tuple[Message, ...], Document] = {}
    while len(drawn) < size:
        document = draw(kind, rng)
        if document.messages not in trained:
            drawn[document.messages] = document
    return list(drawn.values())


if __name__ == "__main__":
    write()
