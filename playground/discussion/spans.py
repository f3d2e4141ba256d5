"""From a stretch of an answer's text to the tokens that made it.

An engine says, step by step, how many tokens came and which characters they brought, so borders
are known as finely as its steps: one token each, or several where it decoded several at once.
Tokens that brought no text yet (half a character, or text held back until a stop string was ruled
out) count with the step that showed it.
"""

from collections.abc import Sequence


def tokens_between(
    step_tokens: Sequence[int] | None,
    step_characters: Sequence[int] | None,
    start: int,
    end: int,
) -> tuple[int, int] | None:
    """The first and the last token (from 0, both included) behind characters `start` to `end`
    (`end` not included). None where the steps were not recorded, or brought no tokens there.
    """
    if not step_tokens or not step_characters or len(step_tokens) != len(step_characters):
        return None
    first: int | None = None
    tokens = characters = waiting = 0
    for brought, shown in zip(step_tokens, step_characters, strict=True):
        before, tokens = tokens, tokens + brought
        if not shown:
            waiting += brought
            continue
        reached = characters + shown
        if first is None and reached > start:
            first = before - waiting
        if first is not None and reached >= end:
            return (first, tokens - 1) if tokens > first else None
        characters, waiting = reached, 0
    return None
