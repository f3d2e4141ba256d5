"""How people really type: other cases, missing marks, a please."""

from random import Random

from inference.builtin.corpus.grammar import capitalized


def as_typed(question: str, rng: Random) -> str:
    """Return the question as one of many people would type it."""
    draw = rng.random()
    if draw < 0.62:
        return question
    if draw < 0.76:
        return question.lower().rstrip("?.!")
    if draw < 0.84:
        return question.rstrip("?.!")
    if draw < 0.91:
        return question.lower()
    if draw < 0.94:
        return question.upper()
    return capitalized(rng.choice(POLITE).format(question.rstrip("?.!")))


POLITE = ("{}, please.", "{}?", "please: {}", "{}!", "{} please", "I have a question. {}?")
