"""The main job: a prompt, two lanes, streamed from the engine and kept."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site
from tests.e2e.pages.connection import cut_connection
from tests.e2e.pages.workbench import LONG, Workbench
from tests.e2e.stored import stored_run

pytestmark = [pytest.mark.browser, pytest.mark.engine]
MEASURED = (
    *("client_ttft_ms", "tokens_per_second", "queue_ms", "prefill_ms", "decode_ms"),
    *("tpot_ms", "itl_p50_ms", "itl_p95_ms", "e2e_ms", "finish_reason"),
)
FOX = "Write a short story about a fox who lost a lantern."


def test_it_runs_two_lanes_and_keeps_what_it_showed(workbench: Workbench, site: Site) -> None:
    workbench.ask(FOX)
    assert workbench.wait_until_ended() == ["done", "done"]
    stored = stored_run(site.database_url, workbench.path)
    assert workbench.texts() == [generation.text for generation in stored]
    assert all(generation.text for generation in stored)
    for lane, generation in zip(workbench.lanes, stored, strict=True):
        expect(lane.figure("output_tokens")).to_have_text(str(generation.token_count))
        expect(lane.control("seed").locator("output")).to_have_text(str(generation.seed))
        for figure in MEASURED:
            expect(lane.figure(figure)).not_to_have_attribute("data-empty", "")


def test_it_tells_the_server_when_the_first_token_was_painted(
    workbench: Workbench, site: Site
) -> None:
    workbench.ask("What is KV caching?")
    workbench.wait_until_ended()
    shown = [lane.figure("client_ttft_ms").text_content() for lane in workbench.lanes]
    workbench.open(workbench.path)
    stored = stored_run(site.database_url, workbench.path)
    assert all(generation.client_ttft_us for generation in stored)
    assert [lane.figure("client_ttft_ms").text_content() for lane in workbench.lanes] == shown


def test_it_loses_and_doubles_nothing_over_reloads(workbench: Workbench, site: Site) -> None:
    workbench.set_both(**LONG)
    workbench.ask(FOX)
    for _ in range(3):
        workbench.lanes[0].wait_for_text()
        workbench.page.reload()
    workbench.wait_until_ended()
    stored = stored_run(site.database_url, workbench.path)
    assert workbench.texts() == [generation.text for generation in stored]
    for lane, generation in zip(workbench.lanes, stored, strict=True):
        expect(lane.figure("output_tokens")).to_have_text(f"{generation.token_count:,}")


def test_it_catches_up_after_the_network_was_gone(workbench: Workbench, site: Site) -> None:
    workbench.set_both(**LONG)
    workbench.ask(FOX)
    workbench.lanes[0].wait_for_text()
    for _ in range(3):
        cut_connection(workbench.page)
        workbench.wait_for_connection()
    workbench.wait_until_ended()
    stored = stored_run(site.database_url, workbench.path)
    assert workbench.texts() == [generation.text for generation in stored]


def test_it_finishes_and_keeps_a_run_whose_page_was_closed(
    workbench: Workbench, site: Site
) -> None:
    workbench.set_both(**LONG)
    workbench.ask(FOX)
    path = workbench.path
    workbench.lanes[1].wait_for_text()
    workbench.page.goto("about:blank")
    workbench.open(path)
    workbench.wait_until_ended()
    assert workbench.texts() == [item.text for item in stored_run(site.database_url, path)]
