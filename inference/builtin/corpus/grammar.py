"""Templates with choices and slots, from which all of the corpus is written.

`[a|b|c]` stands for one of its alternatives, and nests; `{name}` stands for a slot's value.
"""

import re
from collections.abc import Mapping
from random import Random

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+(?=[A-Z0-9\"])")
VOWEL_SOUNDS = ("a", "e", "i", "o", "u")


def expand(template: str, rng: Random, slots: Mapping[str, str] | None = None) -> str:
    """Write out one reading of a template; an unknown slot is a KeyError."""
    text = template
    while "[" in text:
        text = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    return SLOT.sub(lambda found: slots[found[1]], text) if slots else text


def article(noun: str) -> str:
    """'a fox', 'an owl'."""
    one = noun.startswith(("uni", "use", "one"))
    return f"an {noun}" if noun[0].lower() in VOWEL_SOUNDS and not one else f"a {noun}"


def capitalized(text: str) -> str:
    """The text with its first letter in upper case and the rest untouched."""
    return text[:1].upper() + text[1:]


def sentences(text: str) -> list[str]:
    """Split prose at sentence ends."""
    return [part for part in SENTENCE_END.split(text) if part]
