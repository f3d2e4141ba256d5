"""The views of a run, as a person uses them: made in turns, compared, slid over, verified."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import Workbench
from tests.e2e.stored import forget_drafts

pytestmark = [pytest.mark.browser, pytest.mark.engine]
SHARE = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True)
class Ran:
    """Where the run of this module's tests stands."""

    path: str

    @property
    def views(self) -> str:
        return f"{self.path}insight/"


@pytest.fixture(scope="module")
def ran(browser: Browser, site: Site, signed_in: Any) -> Iterator[Ran]:
    """Two lanes with three samples each, made in turns, their seeds and alternatives set."""
    forget_drafts(site.database_url)
    context = browser.new_context(base_url=site.url, storage_state=signed_in)
    bench = Workbench(context.new_page()).open()
    bench.page.set_viewport_size({"width": 1280, "height": 860})
    bench.set_both(samples="3", seed="11", logprobs="3")
    bench.lanes[0].set("max_tokens", "12")
    bench.lanes[1].set("max_tokens", "24")
    bench.page.locator("[data-order]:visible").select_option("interleaved")
    bench.ask("Write a short story about a fox who lost a lantern.")
    bench.wait_until_ended()
    expect(bench.page.locator("[data-action=stop-all]:visible")).to_have_count(0, timeout=60_000)
    yield Ran(bench.path)
    context.close()


def good(page: Page) -> list[int]:
    """How many answers of each lane the table says are within limits."""
    words = page.locator("[data-goodput-words]").all_text_contents()
    return [int(match[1]) for text in words if (match := SHARE.match(text))]


def test_it_says_how_the_run_went_and_compares_its_lanes(page: Page, ran: Ran) -> None:
    page.goto(ran.path)
    expect(page.locator("[data-order]:visible")).to_have_value("interleaved")
    page.goto(ran.views)
    expect(page.get_by_text("made one at a time, each round through all lanes")).to_be_visible()
    paired = page.locator("[data-picture=paired-output_tokens]")
    expect(paired.locator("[data-files] button")).to_have_count(2)
    paired.locator("summary").click()
    expect(paired.locator("tbody tr")).to_have_text(re.compile(r"B\s*3"))


def test_the_page_counts_as_the_server_does(page: Page, ran: Ran) -> None:
    page.goto(ran.views)
    part = page.locator("#goodput-part")
    field, slider = part.locator("input[name=e2e]"), part.locator("[data-slider=e2e]")
    assert good(page) == [3, 3]
    slider.focus()
    page.keyboard.press("PageDown")
    slider.evaluate("range => { range.value = 500; range.dispatchEvent(new Event('input')); }")
    slid = good(page)
    limit = field.input_value()
    assert f"e2e={limit}" in page.url
    page.reload()
    assert good(page) == slid
    assert field.input_value() == limit
    field.fill("0")
    assert good(page) == [0, 0]


def test_it_gives_every_chart_as_picture_and_figures(page: Page, ran: Ran, tmp_path: Path) -> None:
    page.goto(ran.views)
    charts = page.locator("[data-picture]")
    names = charts.evaluate_all("all => all.map((one) => one.dataset.picture)")
    assert {"goodput", "where-the-time-went", "paired-ttft_ms"} <= set(names)
    for name in ("where-the-time-went", "paired-ttft_ms"):
        for kind in ("PNG", "CSV"):
            with page.expect_download() as waiting:
                page.locator(f"[data-picture={name}] [data-files] button", has_text=kind).click()
            waiting.value.save_as(tmp_path / f"{name}.{kind}")
    assert (tmp_path / "where-the-time-went.PNG").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "paired-ttft_ms.PNG").stat().st_size > 4000
    lines = (tmp_path / "where-the-time-went.CSV").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Lane,Part,Time")
    assert any(line.startswith("A,decode,") for line in lines)


def test_it_puts_two_answers_side_by_side(page: Page, ran: Ran) -> None:
    page.goto(ran.views)
    part = page.locator("#text-diff")
    part.locator("[name=by]").select_option("tokens")
    part.locator("[name=right]").select_option("A.2")
    part.locator("button").click()
    expect(part.locator("[role=status]")).to_contain_text(re.compile("token|the same"))
    expect(part.locator("h3").nth(1)).to_have_text("Lane A, sample 2")
    expect(page).to_have_url(re.compile("by=tokens"))


def test_running_again_verifies_token_by_token(page: Page, ran: Ran) -> None:
    page.goto(ran.views)
    page.get_by_role("button", name="Run again and verify").click()
    verdict = page.locator("#verified [role=status]")
    expect(verdict).to_have_text(
        re.compile("identical, token by token|came out otherwise"), timeout=90_000
    )
    rows = page.locator("#verified tbody tr")
    expect(rows).to_have_count(6)
    assert all(
        re.search(r"Identical: \d+ tokens|Differs from token \d+ on", text)
        for text in rows.all_text_contents()
    )
