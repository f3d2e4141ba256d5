"""A lane that draws several answers, as a person sees it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_shows_the_majoritys_answer_and_the_votes(workbench: Workbench) -> None:
    lane, other = workbench.lanes
    lane.set("temperature", "1")
    lane.set("samples", "6")
    lane.control("choose").locator("select").select_option("self_consistency")
    workbench.prompt.fill("What is 17 + 25?")
    workbench.run_button.click()
    votes = lane.root.locator(".vote:not(.vote--rest)")
    expect(votes.first).to_be_visible(timeout=90_000)
    winner = votes.first.locator(".vote__answer").text_content() or ""
    assert winner in lane.text()
    expect(lane.root.locator("[data-samples-line]")).to_contain_text("of 6")
    expect(other.root.locator("[data-samples]")).to_be_hidden()
    expect(lane.stop_button).to_be_hidden()

    workbench.page.reload()
    expect(votes.first.locator(".vote__answer")).to_have_text(winner, timeout=30_000)
    lane.root.locator(".samples__all summary").click()
    expect(lane.root.locator(".sample")).to_have_count(6)
    assert lane.entry("samples").input_value() == "6"


def test_it_folds_methods_away_and_says_which_are_set(workbench: Workbench) -> None:
    lane = workbench.lanes[1]
    lane.set("typical_p", "0.9")
    fold = lane.root.locator("details", has_text="More methods")
    fold.locator("summary").click()
    expect(lane.control("typical_p")).to_be_hidden()
    expect(fold.locator("[data-changed]")).to_have_text("Typical-p 0.9")
    expect(workbench.page.locator("#differences")).to_contain_text("Typical-p")
