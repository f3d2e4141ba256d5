"""How many lanes a page has, and what they are called."""

import pytest

from playground.compare.forms import LANE_LETTERS, blank_lane, lane_forms
from playground.compare.requests import MAX_LANES


def state(count: int) -> dict[str, object]:
    lanes = [
        {"position": position, "profile": "small", "settings": {"max_tokens": 10 + position}}
        for position in range(count)
    ]
    return {"lanes": lanes}


def test_it_has_a_letter_for_every_lane_that_a_run_may_have() -> None:
    assert len(set(LANE_LETTERS)) == MAX_LANES


@pytest.mark.parametrize("count", [1, 2, 5, MAX_LANES])
def test_it_opens_a_run_with_as_many_lanes_as_it_has(count: int) -> None:
    forms = lane_forms(state(count))
    assert "".join(form.letter for form in forms) == LANE_LETTERS[:count]
    shown = [
        item.value for form in forms for item in form.main if item.control.name == "max_tokens"
    ]
    assert shown == [str(10 + position) for position in range(count)]


@pytest.mark.parametrize("known", [None, {"lanes": []}])
def test_it_begins_with_two_lanes_that_differ(known: dict[str, object] | None) -> None:
    first, second = lane_forms(known)
    assert first.controls != second.controls
    assert first.hint != second.hint


def test_it_adds_lanes_with_the_default_settings() -> None:
    for item in blank_lane().main:
        if item.control.default is not None:
            assert float(item.value) == item.control.default
