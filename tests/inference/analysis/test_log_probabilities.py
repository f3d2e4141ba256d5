"""What is stored of log-probabilities comes back as it was."""

import json
import math

import pytest

from inference.analysis.log_probabilities import packed, seen, unpacked
from inference.engines.protocol import TokenLogprob
from tests.inference.analysis.distributions import drawn, reported


def test_it_stores_and_reads_back_to_six_digits() -> None:
    choices = [reported(drawn(seed, 50, 2), chosen=seed) for seed in range(30)]
    back = unpacked(json.loads(json.dumps(packed(choices))))
    for before, after in zip(choices, back, strict=True):
        assert (after.token_id, after.text, after.rank) == (
            before.token_id,
            before.text,
            before.rank,
        )
        assert [entry[:2] for entry in after.top] == [entry[:2] for entry in before.top]
        assert [entry[2] for entry in after.top] == pytest.approx(
            [entry[2] for entry in before.top], abs=5e-7
        )


def test_it_keeps_each_text_once() -> None:
    choices = [reported(drawn(1, 50, 2), chosen=0)] * 100
    stored = packed(choices)
    assert stored is not None
    assert len(stored["texts"]) == len({0, *(id for id, _, _ in choices[0].top)})


def test_it_keeps_texts_where_ids_are_unknown() -> None:
    choice = TokenLogprob(-1, " a", -0.5, -1, ((-1, " a", -0.5), (-1, " b", -1.5)))
    assert unpacked(packed([choice])) == [choice]
    assert seen(choice) is None


def test_it_stores_a_token_that_cannot_come() -> None:
    choice = TokenLogprob(1, "a", 0.0, 1, ((1, "a", 0.0), (2, "b", -math.inf)))
    text = json.dumps(packed([choice]), allow_nan=False)
    assert unpacked(json.loads(text)) == [choice]


def test_it_stores_no_nul() -> None:
    choice = TokenLogprob(1, "\x00", -0.1, 1, ((1, "\x00", -0.1),))
    assert unpacked(packed([choice]))[0].text == "\ufffd"


@pytest.mark.parametrize("nothing", [None, {}])
def test_it_reads_nothing_from_nothing(nothing: dict[str, object] | None) -> None:
    assert unpacked(nothing) == []
    assert packed([]) is None
