"""What is made of the figures that workers publish."""

from inference.exporting import Family
from playground.engines.figures import Live, live_of


def worker(**values: float) -> list[Family]:
    """The engine's figures of one worker, by the end of their names."""
    return [Family(f"vllm:{n}", "gauge", "", [(f"vllm:{n}", {}, v)]) for n, v in values.items()]


def test_it_adds_up_workers_and_divides_once() -> None:
    one = worker(
        num_requests_waiting=1, kv_cache_usage_perc=0.2,
        prefix_cache_hits_total=30, prefix_cache_queries_total=100,
    )  # fmt: skip
    two = worker(
        num_requests_waiting=2, kv_cache_usage_perc=0.4,
        prefix_cache_hits_total=0, prefix_cache_queries_total=20,
    )  # fmt: skip
    found = live_of([one, two])
    assert (found.waiting, found.prefix_hits) == (3, 0.25)
    assert found.kv_use is not None
    assert round(found.kv_use, 9) == 0.3


def test_it_tells_how_many_guesses_were_kept() -> None:
    found = live_of(
        [
            worker(
                spec_decode_num_drafts_total=10,
                spec_decode_num_draft_tokens_total=40,
                spec_decode_num_accepted_tokens_total=25,
            )
        ]
    )
    assert (found.acceptance, found.acceptance_length) == (0.625, 3.5)


def test_it_makes_up_nothing_where_nothing_was_counted() -> None:
    assert live_of([]) == live_of([worker(prefix_cache_queries_total=0)]) == Live()
