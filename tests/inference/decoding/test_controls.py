"""Settings that a person sends: whole and in range, or refused by name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.decoding.controls import (
    BY_NAME,
    CONTROLS,
    BadSetting,
    check_settings,
    sampling_settings,
)

ALL = frozenset(BY_NAME)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**400, -(10**400), "1e999", "nan", "-0", " 1 ", "0x1", "１", "\ud800", ""])
    | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
names = st.sampled_from(sorted(ALL)) | st.text(max_size=50)


@given(st.dictionaries(names, values, max_size=4))
def test_it_takes_settings_whole_or_names_the_one_that_is_wrong(given_: dict[str, Any]) -> None:
    wrong, found = "", {}
    try:
        found = check_settings(given_, ALL)
    except BadSetting as error:
        wrong = error.control
    if not found:
        assert wrong in {name[:40] for name in given_}
        return
    assert found.keys() == ALL
    json.dumps(found, allow_nan=False).encode()
    for control in CONTROLS:
        value = found[control.name]
        if control.kind == "list":
            assert all(isinstance(item, str) for item in value)
        elif value is not None:
            assert control.minimum <= value <= control.maximum
            assert control.kind == "float" or isinstance(value, int)
    sampling_settings({**found, "seed": 1}, 1)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), True, [], {}, "warm", 10**400])
def test_it_refuses_what_is_no_number(wrong: object) -> None:
    with pytest.raises(BadSetting, match="Temperature"):
        check_settings({"temperature": wrong}, ALL)


def test_it_says_the_range() -> None:
    with pytest.raises(BadSetting, match=r"Temperature is 7; it goes from 0 to 2\.") as caught:
        check_settings({"temperature": 7}, ALL)
    assert caught.value.control == "temperature"


def test_it_refuses_half_a_token() -> None:
    with pytest.raises(BadSetting, match="whole number"):
        check_settings({"max_tokens": 1.5}, ALL)


@pytest.mark.parametrize("stop", ["END", [1], ["\x00"], ["x" * 65], ["x"] * 9])
def test_it_refuses_stop_strings_that_no_engine_takes(stop: object) -> None:
    with pytest.raises(BadSetting):
        check_settings({"stop": stop}, ALL)


def test_it_refuses_a_control_that_the_engine_does_not_honor() -> None:
    with pytest.raises(BadSetting, match="Top-k") as caught:
        check_settings({"top_k": 4}, ALL - {"top_k"})
    assert caught.value.control == "top_k"


def test_it_fills_in_the_defaults() -> None:
    found = check_settings({}, ALL)
    assert found == {
        control.name: list(control.default) if control.kind == "list" else control.default
        for control in CONTROLS
    }


@pytest.mark.parametrize("control", [c for c in CONTROLS if c.kind != "list"], ids=lambda c: c.name)
def test_it_takes_both_ends_of_each_range(control: Any) -> None:
    for end in (control.minimum, control.maximum):
        assert check_settings({control.name: end}, ALL)[control.name] == end
