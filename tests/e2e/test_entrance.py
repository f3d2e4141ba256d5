"""Coming in: sign-up, a wrong password, signing out."""

import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]


@pytest.fixture
def stranger(browser: Browser, site: Site) -> Page:
    """A page of somebody who is not signed in."""
    return browser.new_context(base_url=site.url).new_page()


def test_it_lets_anyone_sign_up_with_a_team_of_their_own(stranger: Page) -> None:
    name = f"alice-{uuid.uuid4().hex[:8]}"
    stranger.goto("/accounts/signup/")
    stranger.get_by_label("Email").fill(f"{name}@example.com")
    stranger.get_by_label("Password").fill("seven-lanterns-lost")
    stranger.get_by_role("button", name="Create account").click()
    expect(stranger.locator(".account__team")).to_have_text(name)
    expect(stranger.locator(".history__empty")).to_be_visible()


def test_it_says_that_a_password_is_wrong(stranger: Page, site: Site) -> None:
    stranger.goto("/accounts/login/")
    stranger.get_by_label("Email").fill(site.email)
    stranger.get_by_label("Password").fill("not the password")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_contain_text("not correct")


def test_it_asks_strangers_to_sign_in_and_brings_them_back(
    workbench: Workbench, stranger: Page, site: Site
) -> None:
    workbench.ask("What is 17 + 25?")
    path = workbench.path
    stranger.goto(path)
    stranger.get_by_label("Email").fill(site.email)
    stranger.get_by_label("Password").fill(site.password)
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_url(f"**{path}")


def test_it_shows_nothing_of_another_team(workbench: Workbench, stranger: Page) -> None:
    workbench.ask("What is 17 + 25?")
    stranger.goto("/accounts/signup/")
    stranger.get_by_label("Email").fill(f"charlie-{uuid.uuid4().hex[:8]}@example.com")
    stranger.get_by_label("Password").fill("seven-lanterns-lost")
    stranger.get_by_role("button", name="Create account").click()
    stranger.locator("#workbench").wait_for()
    answer = stranger.goto(workbench.path)
    assert answer is not None
    assert answer.status == 404
    expect(stranger.get_by_role("heading")).to_have_text("There is nothing here")


def test_it_signs_out(stranger: Page, site: Site) -> None:
    stranger.goto("/accounts/login/")
    stranger.get_by_label("Email").fill(site.email)
    stranger.get_by_label("Password").fill(site.password)
    stranger.get_by_role("button", name="Sign in").click()
    stranger.locator(".account__menu > summary").click()
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger.get_by_role("heading")).to_have_text("Sign in")
