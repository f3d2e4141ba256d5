"""What only some engines tell is shown only where it is told."""

from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES
from playground.compare.wording import written

BY_NAME = {figure.name: figure for figure in (*MAIN_FIGURES, *MORE_FIGURES)}


def test_it_leaves_out_what_nobody_tells() -> None:
    figure = BY_NAME["acceptance_length"]
    assert not figure.is_shown()
    assert not figure.is_shown({}, {"acceptance_length": None})
    assert figure.is_shown({}, {"acceptance_length": 1.0})


def test_it_shows_the_others_always() -> None:
    assert BY_NAME["queue_ms"].is_shown({})


def test_it_writes_a_perplexity_with_three_decimals_while_that_says_something() -> None:
    assert written(1.04321, "ratio") == "1.043"
    assert written(12_345.6, "ratio") == "12,346"
