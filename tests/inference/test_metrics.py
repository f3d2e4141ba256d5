"""Every figure by its definition, and none where it cannot be known."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.metrics import figures, per_second, percentile, tpot_ms
from inference.models import Generation

amounts = st.integers(0, 2**40)
unknown = st.none() | amounts
lists = st.none() | st.lists(st.integers(-5, 2**31 - 1), max_size=20)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_it_takes_percentiles_as_numpy_does(values: list[float], share: float) -> None:
    assert percentile(values, share) == pytest.approx(float(numpy.quantile(values, share)))


def test_it_has_no_percentile_of_nothing() -> None:
    assert percentile([], 0.5) is None


def test_it_divides_tpot_by_the_tokens_after_the_first() -> None:
    assert tpot_ms(1_100_000, 100_000, 11) == 100.0


@pytest.mark.parametrize("tokens", [None, 0, 1])
def test_it_has_no_tpot_for_one_token(tokens: int | None) -> None:
    assert tpot_ms(1_000_000, 100_000, tokens) is None


@pytest.mark.parametrize(("count", "time"), [(None, 5), (5, None), (5, 0)])
def test_it_has_no_rate_without_time(count: int | None, time: int | None) -> None:
    assert per_second(count, time) is None


def test_it_gives_all_figures_of_a_whole_row() -> None:
    row = Generation(
        prompt_tokens=40, cached_tokens=10, output_tokens=11, dispatch_us=2_000, queue_us=1_000,
        prefill_us=30_000, decode_us=1_000_000, ttft_us=31_000, e2e_us=1_100_000, seed=5,
        gaps_us=[100_000] * 9 + [200_000], client_ttft_us=45_500, finish_reason="stop",
    )  # fmt: skip
    found = figures(row)
    assert found["tpot_ms"] == 100.0
    assert found["tokens_per_second"] == 10.0
    assert found["prefill_tokens_per_second"] == 1000.0
    assert found["cached_share"] == 0.25
    assert (found["itl_p50_ms"], found["client_ttft_ms"]) == (100.0, 45.5)
    assert found["itl_p95_ms"] == pytest.approx(155.0)


@given(
    st.builds(
        Generation, prompt_tokens=unknown, cached_tokens=unknown, output_tokens=unknown,
        dispatch_us=unknown, queue_us=unknown, prefill_us=unknown, decode_us=unknown,
        ttft_us=unknown, e2e_us=unknown, client_ttft_us=unknown, gaps_us=lists,
    )
)  # fmt: skip
def test_it_gives_numbers_or_nothing_for_any_row(row: Generation) -> None:
    for value in figures(row).values():
        assert value is None or isinstance(value, str) or math.isfinite(value)


def test_it_knows_nothing_of_an_empty_row() -> None:
    found = figures(Generation(seed=1))
    assert {name for name, value in found.items() if value not in (None, "")} == {"seed"}
