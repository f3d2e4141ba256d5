"""The history: a run is found by what it says, and two are put side by side."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def search(page: Page, words: str, count: int) -> None:
    """Type it, again and again: a run is found by its words about two seconds after its end."""
    found = page.locator(".run:has(mark)")
    for _ in range(20):
        page.goto("/runs/")
        page.locator("#filter-q").fill(words)
        page.wait_for_url("**/runs/?q=*")
        page.locator("#runs-found").wait_for()
        if found.count() == count:
            return
        page.wait_for_timeout(1000)
    expect(found).to_have_count(count)


def test_it_finds_runs_and_compares_two(workbench: Workbench) -> None:
    page = workbench.page
    for prompt in ("Describe a heron in the reeds.", "Describe a heron in the rain."):
        workbench.open()
        workbench.set_both(max_tokens="12")
        workbench.ask(prompt)
        workbench.wait_until_ended()
    search(page, "herons", 2)
    for box in page.locator(".run [name=run]").all():
        box.focus()
        page.keyboard.press("Space")
    page.locator("[data-picked-compare]").click()
    page.wait_for_url(re.compile(r"/runs/beside/\?a=.+&b=.+"))
    expect(page.locator("ins").first).to_have_text("reeds")
    expect(page.locator("del").first).to_have_text("rain")
    page.reload()
    expect(page.get_by_role("link", name="Open in the workbench")).to_have_count(2)


def test_it_keeps_the_filters_in_the_address(workbench: Workbench) -> None:
    page = workbench.page
    page.goto("/runs/")
    page.locator("#filter-status").select_option("failed")
    page.wait_for_url("**/runs/?status=failed")
    page.locator("#filter-q").fill("x" * 10_000)
    expect(page.locator("#problem-q")).to_contain_text("10,000 characters")
    expect(page.locator("#filter-status")).to_have_value("failed")
    page.goto("/runs/?status=failed&tag=kept&least=-1")
    expect(page.locator("#filter-tag")).to_have_value("kept")
    expect(page.locator("#problem-least")).to_contain_text("from 0")


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_the_window(workbench: Workbench, width: int) -> None:
    page = workbench.page
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("/runs/", "/runs/?tag=none"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
