"""Stopping: one lane or all, with what came so far kept and marked."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import LONG, Workbench
from tests.e2e.stored import stored_run

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_it_stops_one_lane_and_keeps_its_text(workbench: Workbench, site: Site) -> None:
    workbench.set_both(**LONG)
    workbench.ask("Write a short story about a fox who lost a lantern.")
    stopped, other = workbench.lanes
    stopped.wait_for_text()
    stopped.stop_button.click()
    assert stopped.wait_until_ended() == "stopped"
    expect(stopped.root).to_contain_text("stopped here")
    assert other.wait_until_ended() == "done"
    stored = stored_run(site.database_url, workbench.path)
    assert [generation.status for generation in stored] == ["stopped", "done"]
    assert workbench.texts() == [generation.text for generation in stored]
    assert stored[0].text


def test_it_stops_every_lane_by_escape(workbench: Workbench) -> None:
    workbench.set_both(**LONG)
    workbench.ask("Write a short story about a fox who lost a lantern.")
    workbench.lanes[0].wait_for_text()
    workbench.page.keyboard.press("Escape")
    assert workbench.wait_until_ended() == ["stopped", "stopped"]
    expect(workbench.run_button).to_be_visible()
