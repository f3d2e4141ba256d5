"""How far a draft model's guesses would be taken, were it to speculate for another one.

Both are greedy. A draft goes on from tokens that were accepted, which are the target's own, so
that one pass of the draft over the target's answers says what it would have proposed at each place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from inference.builtin import sampling
from inference.builtin.answers import Speaker
from inference.builtin.batches import encode
from inference.builtin.corpus.documents import Document

LENGTHS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`agreement` is the share of tokens at which both choose the same, from 0 to 1.

    `tokens_per_step` says, for each number of drafted tokens, how many a pass of the target yields:
    the accepted ones and one of its own (Leviathan and others, "Fast inference from transformers
    via speculative decoding", 2023).
    """

    tokens: int
    agreement: float
    tokens_per_step: dict[str, float]


def measured(target: Speaker, draft: Speaker, asked: Sequence[Document]) -> Acceptance:
    """Let the target answer the conversations' last questions, and see what the draft expects."""
    prompts = [opening(target, document) for document in asked]
    answers = sampling.answers(target, prompts, most=200)
    agreed = [agreement(draft, *each) for each in zip(prompts, answers, strict=True) if each[1]]
    tokens = sum(map(len, agreed))
    return Acceptance(
        tokens=tokens,
        agreement=round(sum(map(sum, agreed)) / tokens, 4),
        tokens_per_step={str(most): round(tokens_per_step(agreed, most), 3) for most in LENGTHS},
    )


def opening(speaker: Speaker, document: Document) -> list[int]:
    """The token ids of a conversation up to where its last answer begins."""
    whole = encode(document, speaker.tokenizer)
    last = encode(Document(document.kind, document.messages[-1:]), speaker.tokenizer)
    return whole.ids[: 2 - len(last.ids)]


def agreement(draft: Speaker, prompt: list[int], answer: list[int]) -> list[bool]:
    """For each token of an answer, whether the draft would have chosen it."""
    with torch.no_grad():
        logits = draft.model(torch.tensor([prompt + answer])).logits[0]
    expected = logits.argmax(dim=-1)[len(prompt) - 1 : -1]
    agreed: list[bool] = (expected == torch.tensor(answer)).tolist()
    return agreed


def tokens_per_step(agreed: Sequence[Sequence[bool]], most: int) -> float:
    """Mean tokens of a step that drafts `most`; the first token of an answer comes of no draft."""
    steps = tokens = 0
    for row in agreed:
        at = 1
        while at < len(row):
            run = 0
            while run < most and at + run < len(row) and row[at + run]:
                run += 1
            gained = min(run + 1, len(row) - at)
            at += gained
            tokens += gained
            steps += 1
    return tokens / steps if steps else 1.0
