"""A comment on a part of an answer: which characters, which tokens."""

import pytest

from playground.compare.models import Comparison
from playground.discussion.models import Comment
from playground.discussion.spans import tokens_between
from tests.factories import Cast, make_session
from tests.playground.discussion.talk import ANSWER, answer, say

TOKENS, CHARACTERS = [1, 2, 0, 1, 1, 1], [2, 6, 0, 4, 3, 8]


@pytest.mark.parametrize(
    ("start", "end", "tokens"),
    [
        (0, 2, (0, 0)),
        (0, 1, (0, 0)),
        (2, 8, (1, 2)),
        (3, 4, (1, 2)),
        (1, 3, (0, 2)),
        (8, 9, (3, 3)),
        (22, 23, (5, 5)),
        (0, 23, (0, 5)),
        (0, 24, None),
    ],
)
def test_it_widens_to_whole_steps(start: int, end: int, tokens: tuple[int, int] | None) -> None:
    assert tokens_between(TOKENS, CHARACTERS, start, end) == tokens


def test_it_counts_tokens_that_showed_nothing_with_the_step_that_did() -> None:
    assert tokens_between([1, 1, 1, 1], [3, 0, 2, 1], 3, 5) == (1, 2)
    assert tokens_between([1, 1, 1, 1], [3, 0, 2, 1], 0, 3) == (0, 0)


@pytest.mark.parametrize("steps", [(None, None), ([1], None), ([], []), ([1, 1], [4])])
def test_it_knows_nothing_where_nothing_was_recorded(
    steps: tuple[list[int] | None, list[int] | None],
) -> None:
    assert tokens_between(*steps, 0, 1) is None


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_words_and_their_tokens(cast: Cast, run: Comparison) -> None:
    generation = answer(run)
    start = ANSWER.index("lost")
    page = say(
        cast.bob, run, "Why?", generation=generation.pk, start=start, end=start + 6,
        characters=len(ANSWER),
    )  # fmt: skip
    comment = Comment.objects.get()
    assert (comment.start_character, comment.end_character) == (8, 14)
    assert (comment.first_token, comment.last_token) == (3, 4)
    assert "tokens 4–5" in page
    assert "<q>lost a</q>" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"characters": 5}, "another one by now"),
        ({"end": 90}, "another one by now"),
        ({"start": 4, "end": 4}, "another one by now"),
        ({"start": -1}, "which part of the answer"),
        ({"start": ""}, "which part of the answer"),
        ({"end": "x"}, "which part of the answer"),
        ({"end": 10**30}, "which part of the answer"),
        ({"generation": 10**30}, "which part of the answer"),
        ({"generation": 2**62}, "belongs to another run"),
    ],
)
def test_it_refuses_a_part_that_is_not_there(
    cast: Cast, run: Comparison, change: dict[str, int], problem: str
) -> None:
    span = {"generation": answer(run).pk, "start": 0, "end": 1, "characters": len(ANSWER)}
    page = say(cast.bob, run, "What I typed", **(span | change))
    assert problem in page
    assert "What I typed" in page
    assert not Comment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_an_answer_of_another_run(cast: Cast, run: Comparison) -> None:
    """By its length it would fit; to learn its words one must see its run."""
    secret = make_session(cast.alice, "A secret", shared=False).comparisons.get()
    span = {"generation": answer(secret).pk, "start": 0, "end": 1, "characters": len(ANSWER)}
    assert "belongs to another run" in say(cast.bob, run, "Mine?", **span)
    assert not Comment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_end(cast: Cast, run: Comparison) -> None:
    generation = answer(run)
    generation.status = "running"
    generation.save()
    span = {"generation": generation.pk, "start": 0, "end": 1, "characters": len(ANSWER)}
    assert "Wait until the answer has ended" in say(cast.bob, run, "Early", **span)
