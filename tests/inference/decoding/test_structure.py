"""Forms for structured output: measured before any engine sees them."""

import time

import pytest

from inference.decoding.controls import BadSetting
from inference.decoding.structure import check_structure, choices
from tests.inference.decoding.hostile import HEAVY, REFUSED


@pytest.mark.parametrize(("kind", "text", "words"), REFUSED)
def test_it_refuses_a_hostile_form_with_the_reason(kind: str, text: str, words: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadSetting, match=words) as caught:
        check_structure(kind, text)
    assert caught.value.control == "structure_text"
    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize(("kind", "text"), HEAVY)
def test_it_leaves_to_the_engine_what_is_within_the_limits(kind: str, text: str) -> None:
    check_structure(kind, text)


@pytest.mark.parametrize(
    "pattern", [r"\d{3}-\d{4}", r"[a-z]+@[a-z]+\.(com|org)", "([a-z]+ )+", "(?i:yes|no)", "a*?b"]
)
def test_it_takes_what_people_write(pattern: str) -> None:
    check_structure("regex", pattern)


def test_it_takes_each_line_as_an_answer() -> None:
    assert choices(" yes \n\nno\r\nyes") == ["yes", "no"]
