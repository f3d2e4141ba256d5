"""Schedules that favor no lane, and when a result is contended."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.analysis.fairness import MODES, Load, Mode, Turn, contended, schedule

small = st.integers(1, 5)


@given(st.sampled_from(MODES), small, small, small, st.integers())
def test_every_answer_is_made_once(
    mode: Mode, lanes: int, cases: int, samples: int, seed: int
) -> None:
    waves = schedule(mode, lanes, cases, samples, seed)
    turns = Counter(turn for wave in waves for turn in wave)
    assert set(turns.values()) == {1}
    assert turns.total() == lanes * cases * samples
    assert waves == schedule(mode, lanes, cases, samples, seed)


def test_one_after_the_other_means_waves_of_one() -> None:
    for mode in ("sequential", "interleaved"):
        assert {len(wave) for wave in schedule(mode, 3, 2, 2, seed=1)} == {1}
    assert len(schedule("concurrent", 3, 2, 2, seed=1)) == 1


def test_sequential_runs_a_whole_lane_before_the_next() -> None:
    lanes = [wave[0].lane for wave in schedule("sequential", 3, 2, 2, seed=4)]
    assert len([place for place in range(1, 12) if lanes[place] != lanes[place - 1]]) == 2


def test_interleaved_takes_each_question_through_all_lanes() -> None:
    turns = [wave[0] for wave in schedule("interleaved", 3, 2, 1, seed=4)]
    assert {turn.case for turn in turns[:3]} == {0}
    assert {turn.lane for turn in turns[:3]} == {0, 1, 2}


@pytest.mark.parametrize("mode", MODES)
def test_no_lane_goes_first_more_often(mode: Mode) -> None:
    first = Counter(schedule(mode, 4, 1, 1, seed)[0][0].lane for seed in range(2000))
    assert all(abs(count - 500) < 100 for count in first.values())


def test_it_makes_nothing_of_nothing() -> None:
    assert schedule("concurrent", 0, 1, 1, 0) == []
    assert schedule("sequential", 1, 1, 1, 0) == [[Turn(0, 0, 0)]]


def test_it_calls_a_run_contended_beside_others() -> None:
    found = contended("sequential", [Load(0, 0), Load(2, 1), None])
    assert "2 other answers were running and 1 waiting" in found


def test_it_says_that_concurrent_lanes_share_the_engine() -> None:
    assert "shared the engine" in contended("concurrent", [Load(0, 0)] * 2)


@pytest.mark.parametrize("loads", [[], [None], [Load(0, 0)]])
def test_it_leaves_an_idle_engines_run_alone(loads: list[Load | None]) -> None:
    assert contended("interleaved", loads) == ""
