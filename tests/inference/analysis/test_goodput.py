"""Goodput as `vllm bench serve` counts it, for any limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.analysis.goodput import Answers, Limits

limit = st.none() | st.floats(0, 1000)
row = st.fixed_dictionaries(
    {
        "ttft_ms": st.none() | st.floats(0, 1000),
        "tpot_ms": st.none() | st.floats(0, 1000),
        "e2e_ms": st.none() | st.floats(0, 1000),
        "done": st.booleans(),
    }
)
rows = st.lists(row, max_size=30)


def met(given_: dict[str, float | None], limits: Limits) -> bool:
    """The definition, one answer at a time."""
    if not given_["done"]:
        return False
    ttft, tpot, e2e = given_["ttft_ms"], given_["tpot_ms"], given_["e2e_ms"]
    return (
        (limits.ttft_ms is None or (ttft is not None and ttft <= limits.ttft_ms))
        and (limits.tpot_ms is None or tpot is None or tpot <= limits.tpot_ms)
        and (limits.e2e_ms is None or (e2e is not None and e2e <= limits.e2e_ms))
    )


@given(rows, st.builds(Limits, limit, limit, limit))
def test_it_counts_answers_that_meet_every_limit(
    given_: list[dict[str, float | None]], limits: Limits
) -> None:
    found = Answers(given_).goodput(limits, 10)
    assert found.good == sum(met(one, limits) for one in given_)
    assert found.total == len(given_)
    assert found.per_second == found.good / 10


@given(rows, st.sampled_from(["ttft_ms", "tpot_ms", "e2e_ms"]), limit)
def test_its_curve_is_the_goodput_at_each_place_of_the_slider(
    given_: list[dict[str, float | None]], name: str, other: float | None
) -> None:
    answers = Answers(given_)
    fixed = {key: other for key in ("ttft_ms", "e2e_ms") if key != name}
    values = [0.0, 1.0, 250.0, 1000.0]
    expected = [answers.goodput(Limits(**{**fixed, name: value})).share or 0 for value in values]
    assert answers.curve(name, Limits(**fixed), values) == pytest.approx(expected)


def test_it_counts_as_the_engines_own_benchmark_does() -> None:
    from vllm.benchmarks.serve import calculate_metrics

    calculate = calculate_metrics
    requests, outputs, given_ = _served()
    theirs, _ = calculate(
        input_requests=requests, outputs=outputs, dur_s=4.0, tokenizer=None,
        selected_percentiles=[50], goodput_config_dict={"ttft": 100.0, "tpot": 20.0, "e2el": 900.0},
    )  # fmt: skip
    ours = Answers(given_).goodput(Limits(100, 20, 900), 4.0)
    assert ours.per_second == pytest.approx(theirs.request_goodput)
    assert 0 < ours.good < ours.total


def _served() -> tuple[list[object], list[object], list[dict[str, float | bool | None]]]:
    from vllm.benchmarks.datasets import SampleRequest
    from vllm.benchmarks.lib.endpoint_request_func import RequestFuncOutput

    generator = np.random.default_rng(0)
    requests: list[object] = []
    outputs: list[object] = []
    given_: list[dict[str, float | bool | None]] = []
    for _ in range(200):
        tokens = int(generator.integers(1, 60))
        ttft = float(generator.uniform(0.01, 0.15))
        tpot = float(generator.uniform(0.005, 0.03)) if tokens > 1 else 0.0
        e2e = ttft + tpot * (tokens - 1)
        requests.append(SampleRequest(prompt="", prompt_len=5, expected_output_len=tokens))
        outputs.append(
            RequestFuncOutput(
                success=True, latency=e2e, ttft=ttft, output_tokens=tokens, start_time=0.0,
                itl=[tpot] * (tokens - 1),
            )
        )  # fmt: skip
        known = tpot * 1000 if tokens > 1 else None
        given_.append(
            {"ttft_ms": ttft * 1000, "tpot_ms": known, "e2e_ms": e2e * 1000, "done": True}
        )
    return requests, outputs, given_


def test_it_has_no_share_of_nothing() -> None:
    assert Answers([]).goodput(Limits()).share is None
    assert Answers([]).goodput(Limits()).per_second is None
