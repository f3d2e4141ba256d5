"""Cached shares, and when they make times to first token incomparable."""

import pytest

from inference.analysis.prefix_cache import CachedPrompt, warning


def lanes(*cached: int | None) -> list[CachedPrompt]:
    return [
        CachedPrompt(f"Lane {name}", 128, one) for name, one in zip("ABC", cached, strict=False)
    ]


def test_it_warns_where_lanes_differ() -> None:
    found = warning(lanes(0, 96, 64))
    assert "Lane B had 75% of its prompt in the cache and Lane A 0%" in found


@pytest.mark.parametrize("cached", [(0, 0), (96, 96, 96), (96, 95), (None, 96), (96,), ()])
def test_it_does_not_warn_where_they_compare(cached: tuple[int | None, ...]) -> None:
    assert warning(lanes(*cached)) == ""


def test_it_knows_no_share_of_no_prompt() -> None:
    assert CachedPrompt("A", 0, 0).share is None
    assert CachedPrompt("A", None, None).share is None
    assert CachedPrompt("A", 10, 12).share == 1
