"""Import, share by link, revoke: and no text that came along runs anywhere."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PAYLOADS = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload='window.ran = 1'>",
    "'\"><iframe srcdoc='<script>parent.ran = 1</script>'>",
    "[x](javascript:window.ran=1) ![x](https://evil.example/pixel.png)",
    "{{constructor.constructor('window.ran = 1')()}}",
    "</script><script>window.ran = 1</script>",
)
ALL = " ".join(PAYLOADS)


def hostile_file() -> bytes:
    """A session whose every text is a payload."""
    answer = {"status": "done", "seed": 7, "text": ALL, "error": ALL, "model": ALL[:200]}
    lane = {"profile": PAYLOADS[0], "settings": {"stop": [PAYLOADS[1]]}, "answers": [answer]}
    run = {
        "messages": [{"role": "system", "content": ALL}, {"role": "user", "content": ALL}],
        "cases": [{"number": 1, "variables": {PAYLOADS[0]: ALL}}],
        "lanes": [lane, lane],
        "name": PAYLOADS[1],
        "tags": [payload[:40] for payload in PAYLOADS],
        "pinned": True,
    }
    version = {"messages": [{"role": "user", "content": ALL}], "note": ALL[:200]}
    prompt = {"id": "p", "name": PAYLOADS[0], "tags": [PAYLOADS[2]], "versions": [version]}
    preset = {"id": "q", "name": PAYLOADS[1], "description": ALL, "settings": {"temperature": 1}}
    session = {"title": PAYLOADS[1], "runs": [run]}
    document = {"format": "inference-playground", "version": 1, "sessions": [session]}
    return json.dumps({**document, "prompts": [prompt], "presets": [preset]}).encode()


@pytest.fixture
def imported(page: Page) -> Iterator[str]:
    """The path of the imported session. Nothing may have asked another site for anything."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/exchange/")
    file = {"name": "x.json", "mimeType": "application/json", "buffer": hostile_file()}
    page.set_input_files("#import-file", files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported 1 session with 1 run and 2 answers")).to_be_visible()
    path = page.locator(".exchange__report li a").get_attribute("href")
    assert path
    yield path
    assert [url for url in asked if "evil.example" in url] == []


def ran(page: Page) -> bool:
    page.wait_for_timeout(200)
    return bool(page.evaluate("window.ran === 1"))


def test_it_runs_nothing_that_was_imported(page: Page, imported: str) -> None:
    for path in (imported, f"{imported}runs/1/links/", "/runs/", "/library/", "/links/"):
        page.goto(path)
        assert not ran(page), path


def test_it_opens_a_link_without_an_account_until_it_is_revoked(
    page: Page, browser: Browser, imported: str
) -> None:
    page.goto(f"{imported}runs/1/links/")
    page.get_by_role("button", name="Make a link").press("Enter")
    address = page.locator("#made-link").input_value()
    context = browser.new_context(viewport={"width": 390, "height": 800})
    stranger = context.new_page()
    stranger.goto(address)
    expect(stranger.locator(".shared__output").first).to_have_text(re.compile("window.ran = 1"))
    assert not ran(stranger)
    assert stranger.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Revoke").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").press("Enter")
    expect(page.get_by_text("no longer works")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="This link no longer works")).to_be_visible()
    context.close()
