"""Everything without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.workbench import RUN_URL, Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_runs_by_control_enter(workbench: Workbench) -> None:
    workbench.page.keyboard.press("p")
    workbench.page.keyboard.type("What is 17 + 25?")
    workbench.page.keyboard.press("Control+Enter")
    workbench.page.wait_for_url(RUN_URL)
    assert workbench.wait_until_ended() == ["done", "done"]


def test_it_lists_the_shortcuts(workbench: Workbench) -> None:
    workbench.page.keyboard.press("?")
    sheet = workbench.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    workbench.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_it_types_letters_where_text_is_typed(workbench: Workbench) -> None:
    workbench.prompt.press_sequentially("a/b?n")
    expect(workbench.prompt).to_have_value("a/b?n")


def test_it_explains_a_figure_on_focus(workbench: Workbench) -> None:
    workbench.lanes[0].entry("stop").or_(workbench.prompt).first.focus()
    workbench.lanes[0].root.locator("[data-figure=tpot_ms] button").focus()
    workbench.page.keyboard.press("Shift+Tab")
    workbench.page.keyboard.press("Tab")
    tooltip = workbench.page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("Time per output token")
    workbench.page.keyboard.press("Escape")
    expect(tooltip).to_be_hidden()


def test_it_adds_and_removes_stop_strings(workbench: Workbench) -> None:
    lane = workbench.lanes[0]
    lane.set("stop", "\\n")
    lane.entry("stop").press("Enter")
    expect(lane.control("stop").locator(".tag")).to_have_text(["\\n"])
    lane.entry("stop").press("Backspace")
    expect(lane.control("stop").locator(".tag")).to_have_count(0)
