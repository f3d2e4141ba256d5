"""Every run is found again, opens at its own address, and can be run again."""

import psycopg
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import Workbench
from tests.e2e.stored import stored_run

GONE = """
WITH gone AS (UPDATE inference_generation SET profile = 'old-model' WHERE id = %s RETURNING id)
UPDATE compare_lane SET profile = 'old-model' FROM compare_sample AS sample, gone
WHERE sample.generation_id = gone.id AND compare_lane.id = sample.lane_id
"""
pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_keeps_both_runs_of_a_session(workbench: Workbench) -> None:
    workbench.ask("What is the capital of France?")
    workbench.wait_until_ended()
    first = workbench.path, workbench.texts()
    workbench.ask("What is the capital of Italy?")
    workbench.wait_until_ended()
    expect(workbench.runs).to_have_text(["Run 1", "Run 2"])
    expect(workbench.sessions.first).to_contain_text("What is the capital of France?")
    expect(workbench.sessions.first).to_contain_text("2 runs")
    workbench.runs.first.click()
    workbench.page.wait_for_url(f"**{first[0]}")
    expect(workbench.prompt).to_have_value("What is the capital of France?")
    assert workbench.texts() == first[1]


def test_it_gives_the_same_text_again_for_the_same_seeds(workbench: Workbench, site: Site) -> None:
    workbench.ask("Write a short story about an owl.")
    workbench.wait_until_ended()
    before = workbench.path
    workbench.page.keyboard.press("Control+Shift+Enter")
    workbench.page.wait_for_url("**/runs/2/")
    workbench.wait_until_ended()
    runs = [stored_run(site.database_url, path) for path in (before, workbench.path)]
    assert [item.seed for item in runs[0]] == [item.seed for item in runs[1]]
    assert [item.text for item in runs[0]] == [item.text for item in runs[1]]


def test_it_draws_new_seeds_when_run_plainly(workbench: Workbench, site: Site) -> None:
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    before = workbench.path
    workbench.page.keyboard.press("Control+Enter")
    workbench.page.wait_for_url("**/runs/2/")
    workbench.wait_until_ended()
    first, second = (stored_run(site.database_url, path) for path in (before, workbench.path))
    assert all(one.seed != other.seed for one, other in zip(first, second, strict=True))


def test_it_restores_the_settings_of_a_run(workbench: Workbench) -> None:
    workbench.lanes[0].set("temperature", "1.3")
    workbench.lanes[1].set("top_k", "7")
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    workbench.open(workbench.path)
    expect(workbench.lanes[0].entry("temperature")).to_have_value("1.3")
    expect(workbench.lanes[1].entry("top_k")).to_have_value("7")
    expect(workbench.lanes[1].root.locator("[data-changed]").first).to_have_text("Top-k 7")


def test_it_opens_a_run_whose_model_is_gone_to_be_read(workbench: Workbench, site: Site) -> None:
    workbench.ask("What is 17 + 25?")
    workbench.wait_until_ended()
    texts = workbench.texts()
    _first, second = stored_run(site.database_url, workbench.path)
    with psycopg.connect(site.database_url) as connection:
        connection.execute(GONE, [second.id])
    workbench.open(workbench.path)
    notes = workbench.page.locator("[data-gone-note]")
    expect(notes.nth(1)).to_contain_text("This model is not offered here any more")
    expect(notes.nth(0)).to_be_hidden()
    assert workbench.texts() == texts
    workbench.lanes[1].root.locator("[data-profile]").select_option("small")
    expect(notes.nth(1)).to_be_hidden()
    workbench.run_button.click()
    workbench.page.wait_for_url("**/runs/2/")
    assert workbench.wait_until_ended() == ["done", "done"]


def test_it_searches_sessions_as_one_types(workbench: Workbench) -> None:
    workbench.ask("Which animal has a trunk?")
    workbench.wait_until_ended()
    workbench.page.keyboard.press("Tab")
    workbench.page.locator("#history-search").press_sequentially("trunk")
    expect(workbench.sessions).to_have_count(1)
    workbench.page.locator("#history-search").fill("no session is called this")
    expect(workbench.page.locator(".history__empty")).to_be_visible()
