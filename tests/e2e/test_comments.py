"""Talking about a run: a comment on a part of an answer, a name, tags, sharing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.pages.workbench import Workbench

pytestmark = pytest.mark.browser
SELECT = """([lane, start, end]) => {
  const text = document.querySelector(`#lane-${lane} [data-text]`).firstChild;
  const range = document.createRange();
  range.setStart(text, start);
  range.setEnd(text, end);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def ended(workbench: Workbench) -> Workbench:
    """A run of short answers, ended."""
    workbench.set_both(max_tokens="24", temperature="0")
    workbench.ask("Write a short story about a fox who lost a lantern.")
    workbench.wait_until_ended()
    return workbench


def test_it_comments_on_a_part_of_an_answer(ended: Workbench, page: Page) -> None:
    words = ended.texts()[0][2:9]
    page.evaluate(SELECT, [0, 2, 9])
    page.get_by_role("button", name="Comment on this").click()
    expect(page.locator("[data-about-text]")).to_have_text(f"Lane A: “{words}”")
    field = page.get_by_label("Add a comment")
    expect(field).to_be_focused()
    field.fill("Why **this**? <img src=x onerror=alert(1)>")
    field.press("Control+Enter")
    comment = page.locator(".comment")
    expect(comment.locator("strong")).to_have_text("this")
    expect(comment.locator("img")).to_have_count(0)
    expect(comment.locator(".comment__place")).to_have_text(re.compile(r"^Lane A · token"))
    expect(page.locator("#lane-0 mark")).to_have_text(words)
    page.reload()
    expect(page.locator("#lane-0 mark")).to_have_text(words)
    assert ended.texts()[0][2:9] == words
    page.locator("#lane-0 mark").click()
    expect(page.locator(".comment--wanted")).to_contain_text("Why this?")
    page.keyboard.press("Escape")


def test_it_offers_a_comment_once_the_run_can_have_one(workbench: Workbench, page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*part=heading*", hold)
    workbench.set_both(max_tokens="12", temperature="0")
    workbench.ask("What is prefill?")
    workbench.wait_until_ended()
    page.evaluate(SELECT, [1, 0, 5])
    offer = page.get_by_role("button", name="Comment on this")
    expect(offer).to_have_count(0)
    assert held
    for route in held:
        route.continue_()
    expect(offer).to_be_visible()


def test_it_names_tags_pins_and_shares(ended: Workbench, page: Page) -> None:
    page.get_by_label("Name and tags").click()
    page.get_by_label("Name of run 1").fill("The baseline")
    page.get_by_label("Tags", exact=True).fill("Slow, kv cache")
    page.keyboard.press("Enter")
    expect(page.locator(".runs__name")).to_have_text("· The baseline")
    expect(page.locator(".run-bar__tags .badge")).to_have_text(["slow", "kv cache"])
    page.get_by_role("button", name="Pin this run").click()
    expect(page.locator("#run-pin")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Private: share this run with the team").click()
    expect(page.locator("#run-shared")).to_contain_text("Shared")
    page.reload()
    expect(page.locator("#run-shared")).to_contain_text("Shared")
    page.get_by_role("button", name="Shared with the team: make this run private").click()
    expect(page.locator("#run-shared")).to_contain_text("Private")
