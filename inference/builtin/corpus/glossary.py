"""Questions about LLM inference, from the glossary beside this file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

from inference.builtin.corpus.documents import Exchange
from inference.builtin.corpus.grammar import expand

WHAT = (
    "What is {term}?",
    "What is {term}?",
    "[What does {term} mean|What do people mean by {term}]?",
    "[Explain|Describe|Define] {term}.",
    "Explain {term} [in simple words|to me|simply].",
    "[Tell me about|Can you explain] {term}[.|?]",
    "How does {term} work?",
    "What is {term} in [LLM inference|language models|vLLM]?",
    "{term}?",
)
WHY = (
    "Why [does {term} matter|is {term} useful|is {term} important]?",
    "What is {term} good for?",
    "Why should I care about {term}?",
    "What is the [benefit|point|effect] of {term}?",
)
DIFFERENCE = (
    "What is the difference between {a} and {b}?",
    "How [does {a} differ|is {a} different] from {b}?",
    "Compare {a} and {b}.",
    "{a} [vs|versus|or] {b}?",
)


@dataclass(frozen=True, slots=True)
class Term:
    """One entry; `also` are other names that questions may use."""

    name: str
    also: list[str]
    what: list[str]
    why: list[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two terms set beside each other."""

    a: str
    b: str
    answer: str


def load() -> tuple[list[Term], list[Comparison]]:
    """Read the glossary."""
    entries = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    terms = [Term(**entry) for entry in entries["term"]]
    return terms, [Comparison(**entry) for entry in entries["comparison"]]


TERMS, COMPARISONS = load()


def draw(rng: Random) -> Exchange:
    """A definition, a reason, or a comparison."""
    share = rng.random()
    if share < 0.18:
        return compare(rng.choice(COMPARISONS), rng)
    term = rng.choice(TERMS)
    return reason(term, rng) if share < 0.36 else define(term, rng)


def define(term: Term, rng: Random) -> Exchange:
    """What a term is, often with why it matters."""
    answer = expand(rng.choice(term.what), rng)
    if rng.random() < 0.4:
        answer = f"{answer} {expand(rng.choice(term.why), rng)}"
    return Exchange(expand(rng.choice(WHAT), rng, {"term": spoken(term, rng)}), answer)


def reason(term: Term, rng: Random) -> Exchange:
    """Why a term matters."""
    question = expand(rng.choice(WHY), rng, {"term": spoken(term, rng)})
    return Exchange(question, expand(rng.choice(term.why), rng))


def spoken(term: Term, rng: Random) -> str:
    """The term by one of its names, its own most often."""
    return rng.choice([term.name, term.name, *term.also])


def compare(pair: Comparison, rng: Random) -> Exchange:
    """The difference of two terms, named in either order."""
    a, b = rng.sample((pair.a, pair.b), 2)
    return Exchange(expand(rng.choice(DIFFERENCE), rng, {"a": a, "b": b}), pair.answer)
