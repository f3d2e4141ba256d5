"""Saying again what was said, and keeping who has what apart: what holds a story's cast together.

A story gives few chances to learn to copy a name. These give one at nearly every word.
"""

from random import Random

from inference.builtin.corpus.documents import Exchange
from inference.builtin.corpus.grammar import expand
from inference.builtin.corpus.stories import CAST, cast

WORDS = [*CAST["kinds"], *CAST["girls"], *CAST["boys"], *CAST["objects"], *CAST["traits"]]
REPEAT = "[Repeat after me|Repeat|Say|Say this again|Repeat these words|Copy]: {words}"
FACTS = (
    ("{hero} the {kind} has {a_object}.", "What does {hero} have?", "{hero} has {a_object}."),
    ("{hero} is {a_kind}.", "[Who|What] is {hero}?", "{hero} is {a_kind}."),
    ("{hero} lost {a_object}.", "Who lost {a_object}?", "{hero} lost {a_object}."),
    ("{hero} went to {place}.", "Where did {hero} go?", "{hero} went to {place}."),
    ("{hero} [eats|likes] {food}.", "Who likes {food}?", "{hero} likes {food}."),
)


def draw(rng: Random) -> Exchange:
    """Words to repeat, or small facts to keep apart."""
    return repeated(rng) if rng.random() < 0.6 else asked(rng)


def repeated(rng: Random) -> Exchange:
    """Some words, and the same again."""
    words = rng.choices(WORDS, k=rng.randint(3, 16))
    said = rng.choice((" ", ", ")).join(words)
    return Exchange(expand(REPEAT, rng, {"words": said}), said)


def asked(rng: Random) -> Exchange:
    """Two to four facts of one sort about as many characters, and a question about one of them."""
    told, question, answer = rng.choice(FACTS)
    drawn = {slots["hero"]: slots for slots in (cast(rng) for _ in range(rng.randint(2, 4)))}
    for kept_apart in ("object", "food"):
        drawn = {slots[kept_apart]: slots for slots in drawn.values()}
    casts = [*drawn.values()]
    one = rng.choice(casts)
    facts = " ".join(expand(told, rng, slots) for slots in casts)
    return Exchange(f"{facts} {expand(question, rng, one)}", expand(answer, rng, one))
