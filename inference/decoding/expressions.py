"""Regular expressions that people send: measured without running them.

The engine's automata never backtrack, so an expression is not slow there as in Python; what makes
one costly is how many states its counted repetitions unfold to. Repetitions of repetitions are
refused too, where one alone says the same: they are how an expression is made to hang other tools.
"""

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 500
LARGEST_REPEAT = 256
MOST_STATES = 2_000
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
LOOKS = (_constants.ASSERT, _constants.ASSERT_NOT)
REFERENCES = (_constants.GROUPREF, _constants.GROUPREF_EXISTS)


class BadExpression(ValueError):
    """An expression that is refused. The message goes on from a subject: “… is too long”."""


def check_expression(pattern: str) -> None:
    """Raises BadExpression saying why."""
    if len(pattern) > LONGEST:
        raise BadExpression(f"has {len(pattern):,} characters; at most {LONGEST}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadExpression(f"cannot be read: {error}.") from error
    states = _states(parsed)
    if states > MOST_STATES:
        raise BadExpression(
            f"unfolds to {states:,} steps by its repetitions; at most {MOST_STATES:,}."
        )


def _states(parsed: Any) -> int:
    """How many places an expression has once its counted repetitions are written out."""
    return sum(_places(operator, argument) for operator, argument in parsed)


def _places(operator: Any, argument: Any) -> int:
    if operator in REPEATS:
        return _repeated(*argument)
    if operator in LOOKS:
        raise BadExpression("looks ahead or behind, which the engine cannot do.")
    if operator in REFERENCES:
        raise BadExpression("refers back to a group, which the engine cannot do.")
    if operator is _constants.BRANCH:
        return sum(_states(branch) for branch in argument[1])
    if operator is _constants.SUBPATTERN:
        return _states(argument[3])
    if operator is _constants.ATOMIC_GROUP:
        return _states(argument)
    return 1


def _repeated(least: int, most: int, inner: Any) -> int:
    unbounded = most is _constants.MAXREPEAT
    if unbounded and _is_repetition(inner):
        raise BadExpression("repeats a repetition, as in (a+)+; one of the two says the same.")
    times = max(least, 1) if unbounded else most
    if times > LARGEST_REPEAT:
        raise BadExpression(f"repeats {times:,} times; at most {LARGEST_REPEAT}.")
    return times * max(_states(inner), 1)


def _is_repetition(inner: Any) -> bool:
    """Whether an expression is nothing but one unbounded repetition, in however many brackets."""
    while len(inner) == 1 and inner[0][0] is _constants.SUBPATTERN:
        inner = inner[0][1][3]
    if len(inner) != 1:
        return False
    operator, argument = inner[0]
    if operator is _constants.BRANCH:
        return any(_is_repetition(branch) for branch in argument[1])
    return operator in REPEATS and argument[1] is _constants.MAXREPEAT
