"""axe-core finds nothing serious on any page, in light and in dark."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.pages.workbench import Workbench
from tests.playground.routes import SIGNED_IN

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.timeout(600)]
SERIOUS = ("serious", "critical")
RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
OF_COLORS: dict[str, Any] = {"runOnly": ["color-contrast"]}
"""All that another scheme can change."""
FADE_MS = 250
"""For which colors change from one scheme to the other."""
NO_PAGES = ("mfa_download_recovery_codes",)


def findings(page: Page, scheme: Literal["light", "dark"], rules: dict[str, Any]) -> list[str]:
    """What axe holds against a page: the rule, and the first element that breaks it. A busy machine
    may not have painted the scheme yet: what is found has to be found again."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_timeout(FADE_MS)
    if not (found := _violations(page, scheme, rules)):
        return []
    page.wait_for_timeout(FADE_MS * 4)
    again = _violations(page, scheme, rules)
    return [one for one in found if one in again]


def _violations(page: Page, scheme: str, rules: dict[str, Any]) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options=rules).response
    return [
        f"{scheme}, {one['id']}: {one['nodes'][0]['html'][:160]} "
        f"({one['nodes'][0]['failureSummary']})"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


def test_axe_finds_nothing_serious(workbench: Workbench) -> None:
    page = workbench.page
    workbench.set_both(max_tokens="16", logprobs="5")
    workbench.ask("What is a KV cache?")
    workbench.wait_until_ended()
    bad: list[tuple[str, list[str]]] = []
    seen = 0
    for address in [workbench.path, f"{workbench.path}insight/", *_pages()]:
        answer = page.request.get(address)
        if not answer.ok or not answer.text().lstrip().startswith("<!doctype html>"):
            continue  # a part of a page, a file, or only for others
        page.goto(address)
        seen += 1
        found = [*findings(page, "light", RULES), *findings(page, "dark", OF_COLORS)]
        bad += [(address, found)] if found else []
    assert bad == []
    assert seen > 25


def _pages() -> list[str]:
    return [
        address
        for name, address in SIGNED_IN.items()
        if not name.startswith("export") and name not in NO_PAGES
    ]
