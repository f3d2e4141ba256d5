"""Settings that a person sends: whole and in range, or refused by name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.decoding.bias import biases
from inference.decoding.controls import (
    BY_NAME,
    CONTROLS,
    BadSetting,
    check_settings,
    sampling_settings,
    whole,
)

ALL = frozenset(BY_NAME)
SPARSE = {control.name for control in CONTROLS if control.sparse}
NUMBERS = [control for control in CONTROLS if control.kind in ("int", "float")]
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
    assert found.keys() >= ALL - SPARSE
    json.dumps(found, allow_nan=False).encode()
    for name, value in found.items():
        control = BY_NAME[name]
        if control.is_text:
            assert all(isinstance(item, str) for item in value)
        elif control.kind in ("int", "float") and value is not None:
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
    assert found == {control.name: control.fallback for control in CONTROLS if not control.sparse}
    assert whole(found) == {control.name: control.fallback for control in CONTROLS}


def test_it_keeps_of_the_sparse_ones_what_is_set() -> None:
    found = check_settings({"typical_p": 0.5, "xtc_probability": 0, "ignore_eos": "no"}, ALL)
    assert SPARSE & found.keys() == {"typical_p"}


@pytest.mark.parametrize("control", NUMBERS, ids=lambda c: c.name)
def test_it_takes_both_ends_of_each_range(control: Any) -> None:
    for end in (control.minimum, control.maximum):
        found = check_settings({control.name: end}, ALL, together=False)
        assert whole(found)[control.name] == end


@pytest.mark.parametrize("control", NUMBERS, ids=lambda c: c.name)
def test_it_refuses_what_is_beyond_either_end(control: Any) -> None:
    for beyond in (control.minimum - 1, control.maximum + 1):
        with pytest.raises(BadSetting, match="it goes from"):
            check_settings({control.name: beyond}, ALL)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("choose", "the best"), ("choose", ["first"]), ("structure", 1), ("ignore_eos", "perhaps"),
        ("ignore_eos", 2), ("ignore_eos", [True]), ("structure_text", ["{}"]),
        ("structure_text", "\x00"), ("structure_text", "\ud800"), ("structure_text", "a" * 8001),
        ("bad_words", ["a"] * 33), ("bad_words", "a"), ("logit_bias", ["lantern"]),
        ("logit_bias", ["lantern = "]), ("logit_bias", ["lantern = 1.2.3"]),
        ("logit_bias", ["lantern = 101"]), ("logit_bias", ["= 4"]), ("logit_bias", ["a = nan"]),
    ],
)  # fmt: skip
def test_it_refuses_what_a_control_is_not_made_for(name: str, wrong: object) -> None:
    with pytest.raises(BadSetting) as caught:
        check_settings({name: wrong}, ALL)
    assert caught.value.control == name


def test_it_takes_a_bias_for_a_text_or_an_id() -> None:
    written = ["lantern = -5", "#12=+2.5", "a=b = 1", " = = 3"]
    assert check_settings({"logit_bias": written}, ALL)["logit_bias"] == written
    assert biases(written) == [("lantern", -5), ("#12", 2.5), ("a=b", 1), (" =", 3)]


def test_it_refuses_no_lane_more_answers() -> None:
    assert check_settings({"samples": 4}, frozenset())["samples"] == 4


def test_it_turns_stored_settings_into_the_engines() -> None:
    found = check_settings({"samples": 4, "stop": ["."], "bad_words": ["a"], "top_k": 3}, ALL)
    made = sampling_settings(found, 9)
    assert (made.seed, made.stop, made.bad_words, made.top_k) == (9, (".",), ("a",), 3)
    assert made.typical_p == 1
