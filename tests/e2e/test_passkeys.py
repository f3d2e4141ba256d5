"""Passkeys in a real browser, with an authenticator that Chromium plays, under the site's CSP."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.local.stack import Stack
from tests.e2e.pages.sign_in import sign_in

pytestmark = [pytest.mark.browser]
INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The site without engines, which passkeys do not need."""
    with Stack(tmp_path_factory.mktemp("passkeys"), profiles=()) as stack:
        stack.wait_ready()
        yield stack


@pytest.fixture
def stranger(browser: Browser, small_site: Stack) -> Iterator[Page]:
    """A browser with a fingerprint reader. The test fails on any error in its console."""
    context = browser.new_context(base_url=f"http://localhost:{small_site.port}")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
    yield page
    context.close()
    assert errors == []


def add_passkey(page: Page, stack: Stack) -> None:
    sign_in(page, stack.account.email, stack.account.password)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(stack.account.password)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Fox's laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/")


def test_it_lets_people_in_by_a_passkey_alone_or_second(stranger: Page, small_site: Stack) -> None:
    page = stranger
    add_passkey(page, small_site)
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("Fox's laptop").first).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.locator("#workbench").wait_for()

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(small_site.account.email)
    page.get_by_label("Password").fill(small_site.account.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.locator("#workbench").wait_for()

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Remove Fox's laptop").click()
    if "reauthenticate" in page.url:
        page.get_by_role("link", name="Use a passkey").click()
        page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have none.")).to_be_visible()


def test_it_says_where_passkeys_cannot_work(stranger: Page, small_site: Stack) -> None:
    stranger.goto(f"{small_site.url}/accounts/login/")
    stranger.get_by_role("button", name="Use a passkey").click()
    expect(stranger.get_by_role("alert")).to_contain_text(f"http://localhost:{small_site.port}")
