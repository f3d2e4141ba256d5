"""axe-core finds nothing serious on any page, in light and in dark."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.pages.workbench import Workbench
from tests.playground.routes import SIGNED_IN

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.timeout(600)]
SERIOUS = ("serious", "critical")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
NO_PAGES = ("mfa_download_recovery_codes",)


def findings(page: Page) -> list[str]:
    """What axe holds against a page: the rule, and the first element that breaks it."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]} ({each['nodes'][0]['failureSummary']})"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(workbench: Workbench, scheme: Literal["light", "dark"]) -> None:
    page = workbench.page
    page.emulate_media(color_scheme=scheme)
    workbench.set_both(max_tokens="16", logprobs="5")
    workbench.ask("What is a KV cache?")
    workbench.wait_until_ended()
    bad = {workbench.path: found} if (found := findings(page)) else {}
    seen = 1
    for address in [f"{workbench.path}insight/", *_pages()]:
        answer = page.request.get(address)
        if not answer.ok or not answer.text().lstrip().startswith("<!doctype html>"):
            continue  # a part of a page, a file, or only for others
        page.goto(address)
        seen += 1
        if found := findings(page):
            bad[address] = found
    assert bad == {}
    assert seen > 25


def _pages() -> list[str]:
    return [
        address
        for name, address in SIGNED_IN.items()
        if not name.startswith("export") and name not in NO_PAGES
    ]
