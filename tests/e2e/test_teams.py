"""A team from its beginning to someone's removal, by two people in two browsers."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site

pytestmark = pytest.mark.browser
REMOVAL_MS = 8000  # 5 s for the server, and time to show it


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Page]:
    """Someone on a phone who has no account yet."""
    context = browser.new_context(base_url=site.url, viewport={"width": 390, "height": 780})
    yield context.new_page()
    context.close()


def begin_team(page: Page, name: str) -> None:
    page.goto("/teams/new/")
    page.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"You are in {name} now")


def invite(page: Page, email: str) -> str:
    page.get_by_label("Email address").fill(email)
    page.keyboard.press("Enter")
    return page.get_by_label("The invitation's link").input_value()


def join(page: Page, link: str, email: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Email").fill(email)
    page.locator("input[name=password1]").fill("a lantern in the fog 7")
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name=f"Join as {email}").click()
    expect(page.get_by_role("status")).to_contain_text("as a member")


def test_it_takes_someone_in_and_puts_them_out(page: Page, newcomer: Page) -> None:
    name, email = f"Owl lab {uuid.uuid4().hex[:6]}", f"dora-{uuid.uuid4().hex[:8]}@example.com"
    begin_team(page, name)
    join(newcomer, invite(page, email), email)
    newcomer.goto("/")
    connection = newcomer.locator("#connection")
    expect(connection).to_have_text("Live")

    page.get_by_role("link", name="Members", exact=True).click()
    page.wait_for_load_state()  # the question is asked by a script
    page.get_by_role("button", name=re.compile("^Remove dora")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("is no longer in this team")

    expect(connection).to_contain_text("You are no longer in this team.", timeout=REMOVAL_MS)
    expect(connection.get_by_role("link", name="Your teams")).to_be_attached()


@pytest.mark.parametrize("tab", ["", "invitations/", "settings/", "audit/"])
def test_each_tab_fits_a_phone(page: Page, tab: str) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto("/teams/")
    page.locator("main a.row__title").first.click()
    page.goto(page.url + tab)
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 390


def test_it_asks_first_also_before_its_scripts_have_come(page: Page) -> None:
    begin_team(page, "Hare lab")
    invite(page, f"dora-{uuid.uuid4().hex[:8]}@example.com")
    page.route("**/js/shell/*.js", lambda route: route.abort())
    page.reload()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    revoke = page.get_by_role("button", name=re.compile("^Take the invitation"))
    revoke.first.click()
    assert len(asked) == 1
    assert "invitation" in asked[0]
    page.reload()
    expect(revoke.first).to_be_visible()
