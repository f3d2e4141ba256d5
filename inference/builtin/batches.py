"""Batches of whole conversations of like length: nothing is packed, cut or mixed.

Every conversation starts at position 0 and sees only itself, exactly as it will be served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from inference.builtin.corpus import documents
from inference.builtin.corpus.documents import Document
from inference.builtin.tokenizer import BEGIN, END, special_id

POOL = 1024


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids, and for each whether the assistant wrote it."""

    ids: list[int]
    own: list[bool]


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs (batch, length), and the targets of answer tokens with their flat positions."""

    inputs: Tensor
    targets: Tensor
    positions: Tensor
    tokens: int


def encode(document: Document, tokenizer: Tokenizer) -> Encoded:
    """Lay a conversation out as the chat template does."""
    ids, own = [special_id(tokenizer, BEGIN)], [False]
    end = special_id(tokenizer, END)
    for message in document.messages:
        text = tokenizer.encode(message.content).ids
        ids += [special_id(tokenizer, f"<|{message.role}|>"), *text, end]
        own += [False] + [message.role == "assistant"] * (len(text) + 1)
    return Encoded(ids, own)


def collate(rows: list[Encoded]) -> Batch:
    """Pad to the longest; causal attention never sees padding from the left of it."""
    length = max(len(row.ids) for row in rows) - 1
    inputs = torch.zeros(len(rows), length, dtype=torch.long)
    targets = torch.zeros(len(rows), length, dtype=torch.long)
    own = torch.zeros(len(rows), length, dtype=torch.bool)
    for index, row in enumerate(rows):
        size = len(row.ids) - 1
        inputs[index, :size] = torch.tensor(row.ids[:-1])
        targets[index, :size] = torch.tensor(row.ids[1:])
        own[index, :size] = torch.tensor(row.own[1:])
    positions = own.flatten().nonzero().squeeze(1)
    tokens = sum(len(row.ids) for row in rows)
    return Batch(inputs, targets.flatten()[positions], positions, tokens)


def grouped(rows: list[Encoded], size: int) -> list[list[Encoded]]:
    """Split rows, longest first, into groups of about `size` padded tokens."""
    groups: list[list[Encoded]] = [[]]
    for row in sorted(rows, key=lambda row: len(row.ids), reverse=True):
        if groups[-1] and (len(groups[-1]) + 1) * len(groups[-1][0].ids) > size:
            groups.append([])
        groups[-1].append(row)
    if len(groups) > 1 and len(groups[-1]) * 4 < len(groups[-2]):
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def batches(
    seed: int, tokenizer: Tokenizer, size: int, context: int, start: int = 0
) -> Iterator[Batch]:
    """Draw batches without end, of about `size` tokens each, from the `start`-th document on."""
    source, rng = islice(documents(seed), start, None), Random(seed)
    while True:
        rows = (encode(document, tokenizer) for document in islice(source, POOL))
        groups = grouped([row for row in rows if len(row.ids) <= context], size)
        rng.shuffle(groups)
        yield from map(collate, groups)
