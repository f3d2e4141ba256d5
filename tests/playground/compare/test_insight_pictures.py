"""Pictures of very long answers stay small, and lose neither time nor what stands out."""

from django.template.loader import render_to_string

from inference.models import Generation
from playground.compare.insight.divergences import divergences
from playground.compare.insight.lanes import InsightLane
from playground.compare.insight.pictures import NARROWEST, TimingPicture, timings
from tests.inference.analysis.distributions import drawn, reported


def picture(gaps: list[int], tokens: list[int]) -> TimingPicture:
    (found,) = timings([InsightLane("A", "small", Generation(gaps_us=gaps, step_tokens=tokens))])
    return found


def width(found: TimingPicture) -> float:
    return sum(float(bar.width) for bar in found.bars)


def test_a_short_strip_has_a_cell_for_every_gap() -> None:
    found = picture([10] * 20, [1] * 21)
    assert len(found.bars) == 20
    assert {bar.kind for bar in found.bars} == {"odd", "even"}


def test_a_long_strip_keeps_its_length_its_stalls_and_its_multi_token_steps() -> None:
    gaps, tokens = [1000] * 4095, [1] * 4096
    gaps[70], gaps[2000], tokens[3001] = 40_000, 50_000, 3
    found = picture(gaps, tokens)
    assert len(found.bars) <= NARROWEST + 10
    assert abs(width(found) - 1000) < 5
    stalls = [bar for bar in found.bars if bar.kind == "stalled"]
    assert [bar.title.split(":")[0] for bar in stalls] == [
        "Step 72, token 72",
        "Step 2002, token 2002",
    ]
    (several,) = [bar for bar in found.bars if bar.kind == "several"]
    assert "3 tokens at once" in several.title


def test_a_strip_without_time_has_no_cells() -> None:
    assert picture([0, 0], [1, 1, 1]).bars == []


def test_many_positions_share_bars_that_keep_the_largest() -> None:
    first = [reported(drawn(seed, 30, 2), 0, 5) for seed in range(900)]
    second = [*first[:500], reported(drawn(7777, 30, 6), 0, 5), *first[501:]]
    lanes = [InsightLane(letter, "small", Generation(token_ids=[0] * 900)) for letter in "AB"]
    for lane, choices in zip(lanes, (first, second), strict=True):
        lane.__dict__["choices"] = choices
    (found,) = divergences(lanes)
    assert found.positions == 900
    assert len(found.bars) == 300
    highest = max(found.bars, key=lambda bar: float(bar.height))
    assert highest.title.startswith("Token 501 ")
    assert found.place == 501
    assert found.most[0][0] == 501
    assert not found.agree


def test_it_says_in_words_that_two_lanes_agree_everywhere() -> None:
    choices = [reported(drawn(seed, 30, 2), 0, 5) for seed in range(3)]
    lanes = [InsightLane(letter, "small", Generation(token_ids=[0] * 3)) for letter in "AB"]
    for lane in lanes:
        lane.__dict__["choices"] = choices
    page = render_to_string("compare/insight/divergences.html", {"divergences": divergences(lanes)})
    assert "At none of the 3 shared tokens do they disagree" in page
    assert "data-picture" not in page
