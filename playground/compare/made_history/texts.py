"""Made-up prompts and answers, with words as unequally frequent as in real ones (Zipf's law)."""

import random
from collections.abc import Iterator
from itertools import accumulate, product
from pathlib import Path

COMMON = Path(__file__).with_name("words.txt").read_text().split()
ONSETS = ("b", "br", "cl", "d", "fl", "gr", "h", "k", "l", "m", "p", "qu", "s", "sh", "st", "tr")
VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
ENDS = ("n", "r", "l", "m", "nd", "rt", "st", "ck")
TURNS = 24
CODE = (
    "def fetch_rows(cursor):\n    return cursor.fetchall()",
    "for (let i = 0; i < lanes.length; i++) { paint(lanes[i]); }",
    "SELECT id FROM runs WHERE ttft_ms > 500 ORDER BY id;",
    "assert response.status_code == 200",
    "torch.nn.functional.scaled_dot_product_attention(q, k, v)",
)
VOCABULARY_SIZE = 20_000


def vocabulary() -> list[str]:
    """Words by frequency: common ones, then made-up ones of two syllables."""
    syllables = ["".join(parts) for parts in product(ONSETS, VOWELS, ENDS)]
    turns = (syllables[turn * 41 + 1 :] + syllables[: turn * 41 + 1] for turn in range(TURNS))
    made = [
        first + second for other in turns for first, second in zip(syllables, other, strict=True)
    ]
    return list(dict.fromkeys([*COMMON, *made]))[:VOCABULARY_SIZE]


def texts(count: int, shortest: int, longest: int, draw: random.Random) -> Iterator[str]:
    """`count` texts of so many words; one in twelve has a piece of code."""
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for _ in range(count):
        length = draw.randint(shortest, longest)
        text = _sentences(draw.choices(words, cum_weights=weights, k=length))
        if draw.random() < 1 / 12:
            text += f"\n\n{draw.choice(CODE)}\n"
        yield text


def _sentences(words: list[str]) -> str:
    parts = [words[start : start + 12] for start in range(0, len(words), 12)]
    return " ".join(" ".join(part).capitalize() + "." for part in parts)
