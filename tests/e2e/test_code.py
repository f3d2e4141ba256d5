"""A lane as code, for whoever wants to go on elsewhere."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_shows_what_stands_in_the_lane(workbench: Workbench) -> None:
    page = workbench.page
    workbench.prompt.fill("Why is the sky blue?")
    workbench.lanes[1].set("temperature", "1.35")
    page.get_by_role("button", name="View lane B as code").click()
    sheet = page.get_by_role("dialog", name="Lane B as code")
    expect(sheet).to_contain_text('"temperature": 1.35')
    expect(sheet).to_contain_text("Why is the sky blue?")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_it_keeps_the_language(workbench: Workbench) -> None:
    page = workbench.page
    workbench.prompt.fill("Why?")
    page.get_by_role("button", name="View lane A as code").click()
    page.get_by_text("Python", exact=True).click()
    expect(page.locator("#code-python")).to_be_visible()
    page.get_by_role("button", name="Close").locator("visible=true").click()
    page.get_by_role("button", name="View lane B as code").click()
    expect(page.locator("#code-python")).to_be_visible()


def test_it_says_what_is_missing(page: Page, workbench: Workbench) -> None:
    page.get_by_role("button", name="View lane A as code").click()
    expect(page.get_by_role("dialog")).to_contain_text("Write a prompt first.")
