"""The waterfall holds what was measured, and says what was not."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.analysis.waterfall import waterfall

durations = st.none() | st.integers(0, 10**8)


@dataclass
class Row:
    dispatch_us: int | None = 5_000
    queue_us: int | None = 1_000
    prefill_us: int | None = 30_000
    decode_us: int | None = 400_000
    ttft_us: int | None = 35_000
    client_ttft_us: int | None = 60_000
    e2e_us: int | None = 450_000


def test_it_lays_out_a_whole_generation() -> None:
    found = waterfall(Row())
    assert [(one.name, one.kind, one.start_us, one.duration_us) for one in found.segments] == [
        ("browser and relay", "remainder", 0, 20_000),
        ("dispatch", "measured", 20_000, 5_000),
        ("engine front end", "remainder", 25_000, 4_000),
        ("queue", "measured", 29_000, 1_000),
        ("prefill", "measured", 30_000, 30_000),
        ("decode", "measured", 60_000, 400_000),
        ("storing", "remainder", 460_000, 10_000),
    ]
    assert found.caveats == ()


def test_what_comes_before_the_first_token_adds_up_to_the_clients_ttft() -> None:
    found = waterfall(Row())
    before = [one for one in found.segments if one.name not in ("decode", "storing")]
    assert sum(one.duration_us for one in before) == 60_000


@given(st.builds(Row, *[durations] * 7))
def test_its_segments_follow_each_other_whatever_is_missing(row: Row) -> None:
    found = waterfall(row)
    place = 0
    for segment in found.segments:
        assert segment.start_us == place
        assert segment.duration_us > 0
        place += segment.duration_us
    assert found.total_us == place


def test_it_says_that_no_browser_reported() -> None:
    found = waterfall(Row(client_ttft_us=None))
    assert "browser and relay" not in [one.name for one in found.segments]
    assert "No browser" in found.caveats[0]


def test_it_shows_a_remote_engines_ttft_in_one_piece() -> None:
    found = waterfall(Row(queue_us=None, prefill_us=None))
    assert [one.duration_us for one in found.segments if one.name == "engine front end"] == [35_000]
    assert "Not measured by this engine: queue, prefill." in found.caveats


@pytest.mark.parametrize(("ttft", "expected"), [(29_500, 0), (20_000, 1)])
def test_it_says_when_clocks_disagree_beyond_their_tolerance(ttft: int, expected: int) -> None:
    caveats = waterfall(Row(ttft_us=ttft)).caveats
    assert len([one for one in caveats if "clocks disagree" in one]) == expected
