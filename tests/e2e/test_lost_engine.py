"""What a person reads when no engine runs, and when the one that answered them is lost.

The scripted engine stands in here: it starts at once and is as slow as the test needs it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from playground.local.stack import Stack
from tests.e2e.pages.sign_in import sign_in
from tests.e2e.pages.workbench import Workbench
from tests.faults.conftest import script

pytestmark = [pytest.mark.browser, pytest.mark.fault]


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("fragile")
    with Stack(folder, profiles=("scripted",), environment=script(interval=0.05)) as stack:
        stack.wait_ready(60)
        yield stack


@pytest.fixture
def lost(fragile: Stack, browser: Browser) -> Iterator[Workbench]:
    """A workbench on the fragile stack, with both lanes on the scripted engine."""
    context = browser.new_context(base_url=fragile.url, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    sign_in(page, fragile.account.email, fragile.account.password)
    workbench = Workbench(page)
    workbench.wait_for_connection()
    workbench.choose("scripted")
    workbench.set_both(max_tokens="60")
    yield workbench
    context.close()


def test_it_says_that_no_engine_runs_and_begins_when_one_comes(
    fragile: Stack, lost: Workbench
) -> None:
    fragile.end("worker")
    lost.ask("Is anyone there?")
    for lane in lost.lanes:
        expect(lane.notice).to_contain_text("No engine is running for", timeout=15_000)
        expect(lane.status).to_have_attribute("data-status", "queued")
    fragile.spawn("worker")
    assert lost.wait_until_ended() == ["done", "done"]
    for lane in lost.lanes:
        expect(lane.notice).to_be_hidden()


def test_it_says_that_the_worker_was_lost_and_that_another_attempt_follows(
    fragile: Stack, lost: Workbench
) -> None:
    lost.ask("Hold on to this.")
    for lane in lost.lanes:
        lane.wait_for_text()
    fragile.kill("worker")
    fragile.spawn("worker")
    for lane in lost.lanes:
        expect(lane.notice).to_contain_text("lost", timeout=25_000)
    assert lost.wait_until_ended() == ["done", "done"]
    for lane in lost.lanes:
        expect(lane.root).to_contain_text("attempt 2")
