"""What is measured of a built-in model: perplexity by kind, known terms, whole stories."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

import torch

from inference.builtin import sampling, votes
from inference.builtin.answers import Speaker
from inference.builtin.batches import collate, encode
from inference.builtin.corpus import arithmetic, glossary, stories
from inference.builtin.corpus.arithmetic import Operator
from inference.builtin.corpus.documents import Document
from inference.builtin.corpus.grammar import sentences
from inference.builtin.corpus.held_out import SEED
from inference.builtin.training import answer_loss

OPERATORS: dict[str, Operator] = {"sums": "+", "differences": "-", "products": "*"}
SPOKEN: dict[Operator, str] = {"+": "plus", "-": "minus", "*": "times"}
NAMES = frozenset(stories.CAST["girls"] + stories.CAST["boys"])


def perplexities(speaker: Speaker, split: Sequence[Document]) -> dict[str, float]:
    """Perplexity over the answer tokens of `all` conversations, and of those of each kind."""
    total: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for document in split:
        batch = collate([encode(document, speaker.tokenizer)])
        with torch.no_grad():
            nats = answer_loss(speaker.model, batch).item() * len(batch.targets)
        for key in ("all", document.kind):
            total[key] += nats
            count[key] += len(batch.targets)
    return {key: round(math.exp(total[key] / count[key]), 4) for key in total}


def known_terms(speaker: Speaker) -> float:
    """The share of terms for which 'What is …?' gets a first sentence of the glossary."""
    return 1 - len(unknown_terms(speaker)) / len(glossary.TERMS)


def unknown_terms(speaker: Speaker) -> dict[str, str]:
    """The terms that are not known, with what is said of them."""
    answers = said(speaker, [f"What is {term.name}?" for term in glossary.TERMS], most=100)
    return {
        term.name: answer
        for term, answer in zip(glossary.TERMS, answers, strict=True)
        if not answer.startswith(tuple(sentences(what)[0] for what in term.what))
    }


def sums(speaker: Speaker, number: int = 40) -> dict[str, float]:
    """For each operator, the share of sums that greedy answers get right.

    Sums and differences are of up to two digits and were kept from training; products are of up to
    twelve, and most were not.
    """
    return {name: right_sums(speaker, operator, number) for name, operator in OPERATORS.items()}


def right_sums(speaker: Speaker, operator: Operator, number: int) -> float:
    """The share of `number` sums with one operator that end in the right result."""
    rng = Random(f"{SEED} {operator}")
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < number:
        a, b = arithmetic.draw_pair(rng, operator, kept=operator != "*")
        pairs |= {(a, b)} if max(a, b) < 100 else set()
    asked = [f"What is {a} {SPOKEN[operator]} {b}?" for a, b in sorted(pairs)]
    rights = [arithmetic.result(a, b, operator) for a, b in sorted(pairs)]
    found = votes.results(speaker, [speaker.prompt_ids(each) for each in asked], temperature=0)
    return round(votes.share(found, rights), 3)


def story_prompts(number: int) -> Iterator[tuple[str, str, str]]:
    """Prompts that name their hero, with the hero's name and kind."""
    rng = Random(SEED)
    for _ in range(number):
        slots = stories.cast(rng)
        wish = f"who lost {slots['a_object']}"
        hero = f"{slots['kind']} named {slots['hero']}"
        yield f"Write a short story about a {hero} {wish}.", slots["hero"], slots["kind"]


def whole_stories(speaker: Speaker, number: int = 20) -> float:
    """The share of stories that end, tell of the hero asked for, and have two names."""
    prompts, heroes, kinds = zip(*story_prompts(number), strict=True)
    told = said(speaker, prompts, most=350)
    return sum(map(is_whole, told, heroes, kinds)) / number


def said(speaker: Speaker, questions: Sequence[str], most: int) -> list[str]:
    """The greedy answer to each question."""
    prompts = [speaker.prompt_ids(question) for question in questions]
    return [speaker.tokenizer.decode(ids) for ids in sampling.answers(speaker, prompts, most=most)]


def is_whole(text: str, hero: str, kind: str) -> bool:
    """Whether one story keeps to its cast and comes to an end."""
    names = set(re.findall(r"[A-Z][a-z]+", text)) & NAMES
    ended = text.rstrip("\n").endswith((".", "!", '"'))
    return ended and kind in text and hero in names and len(names) == 2
