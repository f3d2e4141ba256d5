"""How often one sampled answer to a sum is right, and how often the majority of several is.

The subject of Wang and others, "Self-consistency improves chain of thought reasoning in language
models" (2022), on sums that training never saw.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import torch

from inference.builtin import sampling
from inference.builtin.answers import Speaker
from inference.builtin.corpus import arithmetic
from inference.builtin.corpus.arithmetic import PEOPLE, PROBLEMS, THINGS
from inference.builtin.corpus.grammar import expand

TEMPERATURE = 0.8


@dataclass(frozen=True, slots=True)
class Problem:
    """A sum to ask for, and its result."""

    question: str
    result: int


@dataclass(frozen=True, slots=True)
class Votes:
    """Shares of problems from 0 to 1, each with its interval of 95 %.

    `one` is a sampled answer's chance of being right, a mean over all samples, with the interval
    of as many trials as there are problems; `majority` takes the most frequent result.
    """

    problems: int
    samples: int
    temperature: float
    greedy: float
    one: float
    one_interval: tuple[float, float]
    majority: float
    majority_interval: tuple[float, float]


def problems(number: int = 200) -> list[Problem]:
    """Additions of three digits that were kept from training, bare and in a sentence by turns.

    Ones and tens carry in all of them: those are where a sample slips and most samples do not.
    """
    rng = Random("votes")
    drawn: dict[tuple[int, int], Problem] = {}
    while len(drawn) < number:
        a, b = rng.randint(100, 999), rng.randint(100, 999)
        carries = a % 10 + b % 10 > 9 and a % 100 + b % 100 > 99
        if carries and arithmetic.held_out(a, b) and (a, b) not in drawn:
            drawn[a, b] = Problem(worded(a, b, rng) if len(drawn) % 2 else f"{a}+{b}", a + b)
    return list(drawn.values())


def worded(a: int, b: int, rng: Random) -> str:
    """An addition as a short word problem."""
    slots = {"who": rng.choice(PEOPLE), "thing": rng.choice(THINGS), "a": str(a), "b": str(b)}
    return expand(PROBLEMS["+"], rng, slots)


def voted(speaker: Speaker, asked: Sequence[Problem], samples: int = 16) -> Votes:
    """Ask every problem greedily and `samples` times; torch's generator decides the draws."""
    torch.manual_seed(0)
    prompts = [speaker.prompt_ids(each.question) for each in asked]
    greedy = results(speaker, prompts, 0)
    drawn = results(speaker, prompts * samples, TEMPERATURE)
    rights = [each.result for each in asked]
    one = share(drawn, rights * samples)
    majority = share([most_frequent(drawn[at :: len(asked)]) for at in range(len(asked))], rights)
    return Votes(
        problems=len(asked),
        samples=samples,
        temperature=TEMPERATURE,
        greedy=round(share(greedy, rights), 3),
        one=round(one, 3),
        one_interval=wilson(one, len(asked)),
        majority=round(majority, 3),
        majority_interval=wilson(majority, len(asked)),
    )


def results(speaker: Speaker, prompts: list[list[int]], temperature: float) -> list[int | None]:
    """The last number of an answer to each prompt."""
    answers = sampling.answers(speaker, prompts, temperature, most=90)
    return [last_number(speaker.tokenizer.decode(ids)) for ids in answers]


def last_number(text: str) -> int | None:
    """The result that an answer ends with, if it has any number."""
    numbers = re.findall(r"\d+", text)
    return int(numbers[-1]) if numbers else None


def most_frequent(drawn: Sequence[int | None]) -> int | None:
    """The result with most votes, the first of those level; answers without one do not vote."""
    counted = Counter(each for each in drawn if each is not None).most_common(1)
    return counted[0][0] if counted else None


def share(given: Sequence[int | None], rights: Sequence[int]) -> float:
    """The share of results that are right."""
    return sum(a == b for a, b in zip(given, rights, strict=True)) / len(rights)


def wilson(right: float, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share (1927), by default at 95 %."""
    middle = right + z * z / (2 * trials)
    spread = z * math.sqrt(right * (1 - right) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return round((middle - spread) / scale, 3), round((middle + spread) / scale, 3)
