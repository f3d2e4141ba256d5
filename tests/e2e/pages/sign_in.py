"""The sign-in page."""

from playwright.sync_api import Page


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the form, and come out on the workbench."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#workbench").wait_for()
