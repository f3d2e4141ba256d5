"""What is wrong is said where it is wrong, and nothing is lost by it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_asks_for_a_prompt(workbench: Workbench) -> None:
    workbench.run_button.click()
    expect(workbench.page.locator("#composer .field-error")).to_have_text("Write a prompt first.")
    expect(workbench.prompt).to_be_focused()


def test_it_names_the_limit_beside_the_setting(workbench: Workbench) -> None:
    workbench.lanes[1].set("temperature", "7")
    workbench.prompt.fill("Hello")
    workbench.run_button.click()
    problem = workbench.lanes[1].problem("temperature")
    expect(problem).to_have_text("Temperature is 7; it goes from 0 to 2.")
    workbench.lanes[1].set("temperature", "1")
    expect(problem).to_have_count(0)


def test_it_opens_the_settings_that_hide_a_problem(workbench: Workbench) -> None:
    workbench.lanes[0].set("top_k", "-5")
    workbench.lanes[0].unfold("top_k")
    workbench.prompt.fill("Hello")
    workbench.run_button.click()
    expect(workbench.lanes[0].problem("top_k")).to_be_visible()


def test_it_shows_what_only_the_server_refuses(workbench: Workbench) -> None:
    workbench.prompt.fill("a nul \x00 character")
    workbench.run_button.click()
    expect(workbench.page.locator("#problem-messages-user")).to_contain_text("NUL")
    expect(workbench.lanes[0].status).to_have_text("Ready")


def test_it_says_how_long_a_prompt_may_be(workbench: Workbench) -> None:
    workbench.prompt.fill("lantern " * 3000)
    workbench.run_button.click()
    said = workbench.page.locator(".field-error:visible, .notice:visible").first
    expect(said).to_contain_text("tokens", timeout=30_000)


def test_it_keeps_a_draft_over_a_reload(workbench: Workbench) -> None:
    workbench.prompt.fill("half a thou")
    workbench.lanes[0].set("temperature", "0.35")
    workbench.page.reload()
    expect(workbench.prompt).to_have_value("half a thou")
    expect(workbench.lanes[0].entry("temperature")).to_have_value("0.35")
