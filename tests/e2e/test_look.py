"""The page at every width and in both themes."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]

LUMINANCE = """element => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(element).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""


def is_dark(page: Page) -> bool:
    return int(page.locator("body").evaluate(LUMINANCE)) < 60


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_it_never_scrolls_sideways(workbench: Workbench, width: int) -> None:
    workbench.page.set_viewport_size({"width": width, "height": 844})
    workbench.set_both(stop="a very long stop string that needs all of its room here")
    for selector in ("html", "#workbench"):
        sideways = workbench.page.locator(selector).evaluate("e => e.scrollWidth - e.clientWidth")
        assert sideways == 0


def test_it_has_run_within_reach_on_a_phone(workbench: Workbench) -> None:
    workbench.page.set_viewport_size({"width": 390, "height": 844})
    workbench.prompt.fill("What is 17 + 25?")
    workbench.page.locator(".bottom-bar [data-action=run]").click()
    assert workbench.wait_until_ended() == ["done", "done"]


def test_it_opens_the_sessions_as_a_drawer_on_a_phone(workbench: Workbench) -> None:
    workbench.page.set_viewport_size({"width": 390, "height": 844})
    search = workbench.page.locator("#history-search")
    expect(search).to_be_hidden()
    workbench.page.get_by_role("button", name="Show the navigation").click()
    expect(search).to_be_visible()
    workbench.page.keyboard.press("Escape")
    expect(search).to_be_hidden()


def test_it_follows_the_system_theme_and_keeps_a_chosen_one(workbench: Workbench) -> None:
    page = workbench.page
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    expect(toggle).to_have_accessible_name("Theme: light")
    assert not is_dark(page)
    page.reload()
    assert not is_dark(page)
    toggle.click()
    assert is_dark(page)


def test_it_runs_no_markup_from_prompts(workbench: Workbench) -> None:
    payload = "<img src=x onerror=\"document.title='pwned'\"><script>alert(1)</script>"
    workbench.ask(payload)
    workbench.wait_until_ended()
    workbench.open(workbench.path)
    assert workbench.page.title().startswith("<img src=x")
    expect(workbench.page.locator("main img")).to_have_count(0)
