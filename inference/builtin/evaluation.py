"""What is measured of the built-in model: perplexity by kind, sums, key phrases, whole stories."""

import math
import re
from collections.abc import Iterator
from random import Random

import torch

from inference.builtin.answers import Speaker
from inference.builtin.batches import collate, encode
from inference.builtin.corpus import SHARES, arithmetic, draw, glossary, stories
from inference.builtin.corpus.arithmetic import Operator
from inference.builtin.corpus.documents import Kind
from inference.builtin.corpus.grammar import sentences
from inference.builtin.training import answer_loss

HELD_OUT = "held out"
NAMES = frozenset(stories.CAST["girls"] + stories.CAST["boys"])


def perplexities(speaker: Speaker, size: int = 40) -> dict[Kind, float]:
    """Perplexity of the answers of fresh conversations, by kind."""
    return {kind: perplexity(speaker, kind, size) for kind in SHARES}


def perplexity(speaker: Speaker, kind: Kind, size: int) -> float:
    """Perplexity over the answer tokens of `size` conversations of one kind."""
    rng, total, count = Random(f"{HELD_OUT} {kind}"), 0.0, 0
    for _ in range(size):
        batch = collate([encode(draw(kind, rng), speaker.tokenizer)])
        with torch.no_grad():
            total += answer_loss(speaker.model, batch).item() * len(batch.targets)
        count += len(batch.targets)
    return math.exp(total / count)


def sums(number: int = 100) -> list[tuple[int, int, Operator]]:
    """Sums that were kept from training, of up to two digits; products of up to twelve."""
    rng = Random(HELD_OUT)
    drawn: set[tuple[int, int, Operator]] = set()
    operators: tuple[Operator, ...] = ("+", "-", "*")
    while len(drawn) < number:
        operator = operators[len(drawn) % 3]
        kept = operator != "*"
        a, b = arithmetic.draw_pair(rng, operator, kept=kept)
        if max(a, b) < 100:
            drawn.add((a, b, operator))
    return sorted(drawn)


def right_sums(speaker: Speaker, number: int = 100) -> float:
    """The share of sums whose last number is the right result."""
    asked = sums(number)
    return sum(is_right(speaker, *each) for each in asked) / len(asked)


def is_right(speaker: Speaker, a: int, b: int, operator: Operator) -> bool:
    """Whether the answer to one sum ends in the right number."""
    word = {"+": "plus", "-": "minus", "*": "times"}[operator]
    numbers = re.findall(r"\d+", speaker.answer(f"What is {a} {word} {b}?", most=80))
    return bool(numbers) and int(numbers[-1]) == arithmetic.result(a, b, operator)


def known_terms(speaker: Speaker) -> float:
    """The share of terms for which 'What is …?' gets a first sentence of the glossary."""
    known = 0
    for term in glossary.TERMS:
        answer = speaker.answer(f"What is {term.name}?", most=100)
        known += sentences(answer)[:1] in [sentences(what)[:1] for what in term.what]
    return known / len(glossary.TERMS)


def story_prompts(number: int) -> Iterator[tuple[str, str, str]]:
    """Prompts that name their hero, with the hero's name and kind."""
    rng = Random(HELD_OUT)
    for _ in range(number):
        slots = stories.cast(rng)
        wish = f"who lost {slots['a_object']}"
        hero = f"{slots['kind']} named {slots['hero']}"
        yield f"Write a short story about a {hero} {wish}.", slots["hero"], slots["kind"]


def whole_stories(speaker: Speaker, number: int = 20) -> float:
    """The share of stories that end, tell of the hero asked for, and have two names."""
    return sum(is_whole(speaker, *each) for each in story_prompts(number)) / number


def is_whole(speaker: Speaker, prompt: str, hero: str, kind: str) -> bool:
    """Whether one story keeps to its cast and comes to an end."""
    text = speaker.answer(prompt, most=350)
    names = set(re.findall(r"[A-Z][a-z]+", text)) & NAMES
    ended = text.rstrip("\n").endswith((".", "!", '"'))
    return ended and kind in text and hero in names and len(names) == 2
