"""Engines on demand: a lane starts the one that it needs, and the page of engines stops it."""

import os
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from playground.local.engines import Engines
from playground.local.limits import Limits
from playground.local.memory import available_mib
from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.engine]
LOADED = 180_000
"""Milliseconds that an engine may take on a busy machine."""


@pytest.fixture
def on_demand(site: Site) -> Iterator[None]:
    """Somebody who starts and stops engines, as `make run` has."""
    engines = Engines(site.stack, Limits.of(os.environ, available_mib()), print)
    engines.adopt(time.monotonic())
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            for name, code in site.stack.ended().items():
                engines.died(name, code, time.monotonic())
            engines.look(time.monotonic())

    thread = threading.Thread(target=look)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.mark.usefixtures("on_demand")
def test_a_lane_starts_its_engine_and_the_page_stops_it(workbench: Workbench) -> None:
    page, (first, second) = workbench.page, workbench.lanes
    second.root.locator("[data-profile]").select_option("int8")
    workbench.set_both(max_tokens="24")
    workbench.ask("What is prefill?")
    expect(second.notice).to_contain_text("engine for Built-in small, 8-bit")
    assert first.wait_until_ended() == "done"
    assert second.wait_until_ended(LOADED / 1000) == "done"
    assert second.text()

    page.goto("/engines/")
    engine = page.locator("#engine-int8")
    expect(engine).to_have_attribute("data-state", "ready")
    expect(page.locator("#engine-small")).to_have_attribute("data-state", "ready")
    engine.locator("summary").click()
    expect(engine.locator(".engine__card")).to_contain_text("W8A8 int8")
    figures = engine.locator(".engine__figures")
    expect(figures).to_contain_text("KV cache used")
    # Until the engine has told that nothing runs on it, the button asks first.
    expect(figures).to_contain_text("Running0")
    page.locator("#stop-int8").click()
    expect(engine).to_have_attribute("data-state", "stopped", timeout=30_000)
    expect(page.locator("#engine-small")).to_have_attribute("data-state", "ready")


def test_it_says_why_an_engine_cannot_start_here(workbench: Workbench) -> None:
    page = workbench.page
    page.goto("/engines/")
    unavailable = page.locator(".engine--unavailable", has_text="gpu-")
    expect(unavailable.first).to_contain_text("It needs a GPU")
    offered = workbench.lanes[0].root.locator("[data-profile] option")
    workbench.open()
    values = offered.evaluate_all("all => all.map(each => each.value)")
    assert "small" in values
    assert not [name for name in values if name.startswith("gpu-")]
