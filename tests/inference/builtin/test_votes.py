"""Sums are asked, answered and voted on as the card says."""

import re

import pytest
import torch

from inference.builtin import sampling, votes
from inference.builtin.answers import Speaker
from inference.builtin.corpus import arithmetic
from tests.inference.builtin.family import SMALL

PROBLEMS = votes.problems()


@pytest.fixture(scope="module")
def small() -> Speaker:
    return Speaker.load(SMALL)


def test_it_asks_two_hundred_different_sums_that_were_kept_from_training() -> None:
    assert len({each.question for each in PROBLEMS}) == 200
    for each in PROBLEMS:
        a, b = map(int, re.findall(r"\d+", each.question))
        assert arithmetic.held_out(a, b)
        assert each.result == a + b


def test_it_asks_the_same_sums_each_time() -> None:
    assert votes.problems(20) == PROBLEMS[:20]


@pytest.mark.parametrize(
    ("text", "result"), [("Ones: 3. So 12 + 11 = 23.", 23), ("I do not know.", None)]
)
def test_it_reads_the_last_number(text: str, result: int | None) -> None:
    assert votes.last_number(text) == result


@pytest.mark.parametrize(
    ("drawn", "winner"), [([1, 2, 2], 2), ([1, 2], 1), ([None, None, 3], 3), ([None], None)]
)
def test_it_takes_the_most_frequent_result(drawn: list[int | None], winner: int | None) -> None:
    assert votes.most_frequent(drawn) == winner


@pytest.mark.parametrize(
    ("right", "trials", "low", "high"), [(0.5, 100, 0.404, 0.596), (0.0, 10, 0.0, 0.278)]
)
def test_it_gives_wilsons_interval(right: float, trials: int, low: float, high: float) -> None:
    assert votes.wilson(right, trials) == pytest.approx((low, high), abs=1e-3)


def test_it_draws_as_the_model_alone_would(small: Speaker) -> None:
    questions = ["What is 2 plus 3?", "Who are you?", "What is 4 plus 5?"]
    prompts = [small.prompt_ids(question) for question in questions]
    together = [small.tokenizer.decode(ids) for ids in sampling.answers(small, prompts)]
    assert together == [small.answer(question) for question in questions]


def test_it_draws_otherwise_at_each_turn(small: Speaker) -> None:
    torch.manual_seed(0)
    prompt = small.prompt_ids("Write a short story about a fox.")
    drawn = sampling.answers(small, [prompt] * 8, temperature=1.0, most=40)
    assert len({tuple(ids) for ids in drawn}) > 4


def test_it_counts_votes(small: Speaker) -> None:
    counted = votes.voted(small, votes.problems(4), samples=2)
    assert counted.problems == 4
    assert 0 <= counted.one_interval[0] <= counted.one <= counted.one_interval[1] <= 1
