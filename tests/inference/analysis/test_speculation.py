"""The speculative ribbon's totals, as vLLM defines them."""

import pytest

from inference.analysis.speculation import by_temperature, speculation


def test_it_sums_up_a_run() -> None:
    found = speculation([3, 3, 0, 2], [3, 1, 0, 0])
    assert (found.drafts, found.drafted, found.accepted) == (3, 8, 4)
    assert found.rate == 0.5
    assert found.acceptance_length == pytest.approx(1 + 4 / 3)
    assert found.by_position == pytest.approx((2 / 3, 1 / 3, 1 / 3))
    assert [(cell.drafted, cell.accepted) for cell in found.cells] == [
        (3, 3),
        (3, 1),
        (0, 0),
        (2, 0),
    ]


def test_it_agrees_with_the_engines_own_sums() -> None:
    from vllm.v1.spec_decode.metrics import SpecDecodingStats

    drafted, accepted = [4, 4, 4, 2], [4, 0, 2, 1]
    theirs = SpecDecodingStats.new(4)
    for guesses, held in zip(drafted, accepted, strict=True):
        theirs.observe_draft(guesses, held)
    ours = speculation(drafted, accepted)
    assert ours.drafts == theirs.num_drafts
    assert (ours.drafted, ours.accepted) == (
        theirs.num_draft_tokens,
        theirs.num_accepted_tokens,
    )
    per_position = [count / theirs.num_drafts for count in theirs.num_accepted_tokens_per_pos]
    assert ours.by_position == pytest.approx(per_position)


def test_it_has_no_rate_without_a_draft() -> None:
    found = speculation([0, 0], [0, 0])
    assert (found.rate, found.acceptance_length, found.by_position) == (None, None, ())


@pytest.mark.parametrize(("drafted", "accepted"), [([1], [2]), ([1, 2], [1]), ([1], [-1])])
def test_it_refuses_what_cannot_be(drafted: list[int], accepted: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot accept"):
        speculation(drafted, accepted)


def test_it_pools_drafts_of_one_temperature() -> None:
    runs = [(0.0, speculation([2] * 3, [2] * 3)), (0.0, speculation([2], [0]))]
    runs += [(1.0, speculation([2], [1])), (1.5, speculation([0], [0]))]
    assert by_temperature(runs) == {0.0: 1 + 6 / 4, 1.0: 2.0}
