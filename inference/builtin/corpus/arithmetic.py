"""Small sums with worked steps. A tenth of all pairs is never trained on, for evaluation."""

from random import Random
from typing import Literal

from inference.builtin.corpus.documents import Exchange
from inference.builtin.corpus.grammar import expand

Operator = Literal["+", "-", "*"]
WORDS = {
    "+": "[plus|+|added to]",
    "-": "[minus|-]",
    "*": "[times|x|*|multiplied by]",
}
ASK = "[What is|What is|How much is|Calculate|Work out|Compute] {a} {op} {b}?"
PEOPLE = ("Mia", "Tom", "Ana", "Leo", "Sara", "Ben", "Lucy", "Sam", "Nina", "Max")
THINGS = ("apples", "books", "coins", "stamps", "marbles", "pencils", "shells", "cookies", "eggs")


def held_out(a: int, b: int) -> bool:
    """Whether a pair is kept from training; small ones (below 10) are all trained on."""
    return max(a, b) >= 10 and (a * 7 + b * 13) % 10 == 3


def draw_pair(rng: Random, operator: Operator, *, kept: bool = False) -> tuple[int, int]:
    """Draw two numbers whose sum, difference or product stays small."""
    while True:
        if operator == "*":
            a, b = rng.randint(0, 12), rng.randint(0, 12)
        else:
            top = rng.choice((9, 99, 99, 999))
            a, b = rng.randint(0, top), rng.randint(0, top)
        if operator == "-" and b > a:
            a, b = b, a
        if held_out(a, b) is kept:
            return a, b


def result(a: int, b: int, operator: Operator) -> int:
    """The right answer."""
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def worked(a: int, b: int, operator: Operator) -> str:
    """The answer, with the steps that lead to it."""
    steps = {"+": add_steps, "-": subtract_steps, "*": multiply_steps}[operator](a, b)
    sign = "x" if operator == "*" else operator
    lead = "So " if steps else ""
    return " ".join([*steps, f"{lead}{a} {sign} {b} = {result(a, b, operator)}."])


def add_steps(a: int, b: int) -> list[str]:
    """Column by column, ones first, with the carry said aloud."""
    if max(a, b) < 10:
        return []
    carry, steps = 0, []
    for (x, name), (y, _) in zip(padded(a, b), padded(b, a), strict=True):
        total = x + y + carry
        extra = f" + {carry}" if carry else ""
        tail = f", write {total % 10}, carry 1" if total > 9 else ""
        steps.append(f"{name.capitalize()}: {x} + {y}{extra} = {total}{tail}.")
        carry = total // 10
    return steps


def padded(a: int, b: int) -> list[tuple[int, str]]:
    """The places of a, with zeros up to the length of b."""
    width = max(len(str(a)), len(str(b)))
    return places_of_width(a, width)


def places_of_width(number: int, width: int) -> list[tuple[int, str]]:
    """The lowest `width` digits with the names of their places, ones first."""
    names = ("ones", "tens", "hundreds")[:width]
    return [(number // 10**index % 10, name) for index, name in enumerate(names)]


def subtract_steps(a: int, b: int) -> list[str]:
    """Column by column, ones first, with the borrowing said aloud."""
    if a < 10:
        return []
    borrow, steps = 0, []
    for (x, name), (y, _) in zip(padded(a, b), padded(b, a), strict=True):
        top = x - borrow
        borrow = int(top < y)
        lead = f"borrow 1, {top + 10}" if borrow else f"{top}"
        steps.append(f"{name.capitalize()}: {lead} - {y} = {(top - y) % 10}.")
    return steps


def multiply_steps(a: int, b: int) -> list[str]:
    """Repeated addition for the small ones, splitting for those past ten."""
    if a > 10 and b > 1:
        return [f"10 x {b} = {10 * b}.", f"{a - 10} x {b} = {(a - 10) * b}."]
    return []


def sum_exchange(rng: Random) -> Exchange:
    """A bare sum."""
    operator: Operator = rng.choice(("+", "+", "-", "*"))
    a, b = draw_pair(rng, operator)
    tight = rng.random() < 0.15
    question = f"{a}{operator}{b}" if tight else expand(ASK, rng).replace("{op}", WORDS[operator])
    numbers = {"a": str(a), "b": str(b)}
    return Exchange(expand(question, rng, numbers), worked(a, b, operator))


def story_exchange(rng: Random) -> Exchange:
    """A short word problem."""
    operator: Operator = rng.choice(("+", "-", "*"))
    a, b = draw_pair(rng, operator)
    names = {"who": rng.choice(PEOPLE), "thing": rng.choice(THINGS), "a": str(a), "b": str(b)}
    question = expand(PROBLEMS[operator], rng, names)
    close = expand(CLOSINGS[operator], rng, names | {"n": str(result(a, b, operator))})
    return Exchange(question, f"{worked(a, b, operator)} {close}")


PROBLEMS = {
    "+": "{who} has {a} {thing} and [gets|finds|buys] {b} more. "
    "How many {thing} does {who} have [now|in all]?",
    "-": "{who} has {a} {thing} and [gives away|loses|sells] {b}. "
    "How many {thing} [are left|does {who} have left]?",
    "*": "{who} has {a} [boxes|bags] with {b} {thing} in each. "
    "How many {thing} [are there|does {who} have] in all?",
}
CLOSINGS = {
    "+": "{who} has {n} {thing} now.",
    "-": "{who} has {n} {thing} left.",
    "*": "{who} has {n} {thing} in all.",
}


def draw(rng: Random) -> Exchange:
    """One piece of arithmetic."""
    return sum_exchange(rng) if rng.random() < 0.75 else story_exchange(rng)
