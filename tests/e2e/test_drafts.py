"""What is typed survives a reload and another tab, and is not lost to either."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.pages.connection import remember_sockets
from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]
HOLD = """() => {
  const socket = window.openedSockets.at(-1);
  socket.send = () => {};
}"""

HELD = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))"


def saved(page: Page) -> None:
    """Wait until this tab holds nothing that the server has not."""
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    page.wait_for_timeout(1200)
    assert page.evaluate(HELD) == []


def other_tab(context: BrowserContext, path: str = "/") -> Workbench:
    page = context.new_page()
    remember_sockets(page)
    return Workbench(page).open(path)


def test_it_loses_nothing_to_a_reload_at_once(workbench: Workbench) -> None:
    workbench.prompt.fill("A fox who lost a lantern")
    workbench.lanes[1].set("top_k", "7")
    workbench.page.reload()
    workbench.wait_for_connection()
    expect(workbench.prompt).to_have_value("A fox who lost a lantern")
    expect(workbench.lanes[1].entry("top_k")).to_have_value("7")
    expect(workbench.page.locator("[data-part='lane-1.more']")).to_have_attribute("open", "")


def test_it_shows_what_was_typed_in_another_tab(
    workbench: Workbench, context: BrowserContext
) -> None:
    workbench.prompt.fill("written here")
    saved(workbench.page)
    other = other_tab(context)
    expect(other.prompt).to_have_value("written here")
    other.prompt.fill("written there")
    expect(workbench.prompt).to_have_value("written there")


def test_it_keeps_what_a_tab_without_connection_wrote_over(
    workbench: Workbench, context: BrowserContext
) -> None:
    other = other_tab(context)
    other.page.evaluate(HOLD)
    other.prompt.fill("written without connection")
    workbench.prompt.fill("long and dear")
    saved(workbench.page)
    other.page.evaluate("window.openedSockets.at(-1).close()")
    expect(workbench.prompt).to_have_value("written without connection", timeout=15_000)
    kept = workbench.page.locator("#set-aside")
    kept.locator("summary").click()
    kept.get_by_role("button", name="long and dear").click()
    expect(workbench.prompt).to_have_value("long and dear")
    expect(other.prompt).to_have_value("long and dear")


def test_it_holds_no_draft_of_what_has_run(workbench: Workbench) -> None:
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    path = workbench.path
    workbench.open("/")
    expect(workbench.prompt).to_have_value("")
    workbench.open(path)
    workbench.prompt.fill("and what is 25 + 17?")
    saved(workbench.page)
    workbench.open(path)
    expect(workbench.prompt).to_have_value("and what is 25 + 17?")
