"""One local stack for the browser tests, and one signed-in person.

The stack is the product as `make run` starts it, with its own data and port.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from playground.local.stack import Stack
from tests.e2e.pages.connection import remember_sockets
from tests.e2e.pages.sign_in import sign_in
from tests.e2e.pages.workbench import Workbench
from tests.e2e.stored import forget_drafts

CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True)
class Site:
    """The site under test, and how to get in."""

    url: str
    email: str
    password: str
    database_url: str
    stack: Stack


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The stack, ready: a real engine takes about 15 s to start."""
    with Stack(tmp_path_factory.mktemp("site")) as stack:
        stack.wait_ready(300)
        account = stack.account
        yield Site(stack.url, account.email, account.password, stack.postgres.url, stack)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one; else the one that Playwright has installed."""
    found = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, **found, "args": quiet}


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: Site) -> Any:
    """The cookies of a signed-in person, from the sign-in page."""
    context = browser.new_context(base_url=site.url)
    sign_in(context.new_page(), site.email, site.password)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], site: Site, signed_in: Any
) -> dict[str, Any]:
    """Each test's browser is signed in, and stands on the same site."""
    return {
        **browser_context_args,
        "base_url": site.url,
        "storage_state": signed_in,
        "viewport": {"width": 1280, "height": 860},
    }


@pytest.fixture
def workbench(page: Page, site: Site) -> Iterator[Workbench]:
    """A new, empty workbench. The test fails if the page's script did."""
    forget_drafts(site.database_url)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    remember_sockets(page)
    yield Workbench(page).open()
    assert errors == []
