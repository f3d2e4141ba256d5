"""Which of a lane's samples is shown, and how they voted."""

import pytest

from inference.engines.protocol import TokenLogprob
from inference.strategies import Drawn, choose
from inference.strategies.best_of import likeliest, mean_log_probability
from inference.strategies.choice import seeds
from inference.strategies.self_consistency import extracted, tally


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("17 + 25 = 42", "42"),
        ("First 17, then 25. So the answer is 42.", "42"),
        ("It costs 1,024 dollars", "1024"),
        ("about -3.50", "-3.5"),
        (r"We get \boxed{x + 1} and 7 more", "x + 1"),
        ("so 3 + 4 = 7\n#### 7.0", "7"),
        ("#### Paris\n\nThat was in 1889.", "paris"),
        ("I thought about it.\n\n**Yes!**\n", "yes"),
        ("version v2 is the one", "version v2 is the one"),
        ("", None),
        ("...\n\n", None),
    ],
)
def test_it_takes_the_answer_out_of_the_text(text: str, answer: str | None) -> None:
    assert extracted(text) == answer


def test_it_counts_votes_and_names_who_cast_them() -> None:
    votes = tally(["42", "41", None, "41", "42", "42"])
    assert [(vote.answer, vote.samples) for vote in votes] == [("42", (0, 4, 5)), ("41", (1, 3))]
    assert tally(["b", "a"])[0].answer == "b"


def test_it_takes_the_mean_so_that_short_answers_are_not_favored() -> None:
    def chosen(*logs: float) -> list[TokenLogprob]:
        return [TokenLogprob(1, "a", log, 1, ()) for log in logs]

    short, long = mean_log_probability(chosen(-2.0)), mean_log_probability(chosen(*[-1.0] * 9))
    assert (short, long) == (-2.0, -1.0)
    assert likeliest([short, None, long, long]) == 2
    assert likeliest([None, None]) == 0
    assert mean_log_probability([]) is None


def drawn(*given: tuple[str, float]) -> list[Drawn]:
    return [Drawn(text, score, True) for text, score in given]


def test_it_shows_what_the_strategy_says() -> None:
    samples = drawn(("it is 3", -1.5), ("it is 7", -0.9), ("7, I say", -1.2), ("9", -0.1))
    assert [choose(name, samples).shown for name in ("first", "best_of", "self_consistency")] == [
        0, 3, 1,
    ]  # fmt: skip


def test_it_does_not_count_what_did_not_end() -> None:
    samples = [Drawn("7", -0.1, False), *drawn(("3", -2.0), ("3", -1.0))]
    best, most = choose("best_of", samples), choose("self_consistency", samples)
    assert (best.shown, most.shown) == (2, 1)
    assert most.answers == (None, "3", "3")


def test_it_shows_the_first_where_none_comes_to_anything() -> None:
    assert choose("self_consistency", [Drawn("", None, True)] * 3).shown == 0


def test_it_gives_each_sample_a_seed_of_its_own() -> None:
    assert seeds(5, 3) == [5, 6, 7]
    assert seeds(2**31 - 2, 3) == [2**31 - 2, 2**31 - 1, 0]
