"""One to eight lanes: added, copied, moved, folded away, taken off the page and put back."""

import json

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.connection import remember_sockets
from tests.e2e.pages.lane import Lane
from tests.e2e.pages.workbench import RUN_URL, Workbench
from tests.e2e.stored import stored_run

pytestmark = [pytest.mark.browser, pytest.mark.engine]
OLD_DRAFT = {
    "system": "",
    "prompt": "typed long ago",
    "lanes": [
        {"profile": "small", "settings": {"max_tokens": 11}, "preset": None},
        {"profile": "small", "settings": {"max_tokens": 12}, "preset": None},
    ],
    "open": {},
    "on": None,
}
OVERLONG = """all => all.forEach((text) => {
  text.hidden = false;
  text.style.height = "3000px";
})"""
VISIBLE_SHARE = """lane => {
  const [row, at] = [lane.parentElement.getBoundingClientRect(), lane.getBoundingClientRect()];
  return (Math.min(at.right, row.right) - Math.max(at.left, row.left)) / at.width;
}"""


def lane(workbench: Workbench, letter: str) -> Lane:
    return Lane(workbench.page, "ABCDEFGH".index(letter))


def max_tokens(workbench: Workbench) -> list[str]:
    entries = workbench.page.locator("[data-lane] [data-control=max_tokens] [data-entry]")
    return [entry.input_value() for entry in entries.all()]


def test_it_moves_lanes_by_dragging_their_letters(workbench: Workbench) -> None:
    workbench.page.set_viewport_size({"width": 1600, "height": 1900})  # nothing scrolls meanwhile
    workbench.page.locator("[data-add-tile]").click()
    workbench.expect_letters("ABC")

    def drag(letter: str, over: str, x: int) -> None:
        source = lane(workbench, letter).root.locator(".lane__letter")
        source.drag_to(lane(workbench, over).root, target_position={"x": x, "y": 60})

    drag("A", "C", 5)
    workbench.expect_letters("BAC")
    drag("C", "B", 5)
    workbench.expect_letters("CBA")
    drag("C", "A", 300)
    workbench.expect_letters("BAC")


def test_it_adds_copies_moves_and_removes_lanes(workbench: Workbench) -> None:
    lane(workbench, "B").set("max_tokens", "17")
    lane(workbench, "B").act("duplicate")
    workbench.expect_letters("ABC")
    assert max_tokens(workbench)[1:] == ["17", "17"]
    workbench.page.locator("[data-add-tile]").click()
    workbench.expect_letters("ABCD")
    lane(workbench, "D").act("move-left")
    workbench.expect_letters("ABDC")
    lane(workbench, "B").act("remove")
    workbench.expect_letters("ADC")
    workbench.page.get_by_role("button", name="Put back lane B").click()
    workbench.expect_letters("ABDC")
    expect(lane(workbench, "B").entry("max_tokens")).to_have_value("17")
    lane(workbench, "B").act("copy-to-all")
    assert max_tokens(workbench) == ["17"] * 4
    expect(workbench.page.locator("#differences")).not_to_contain_text("Max tokens")


def test_it_opens_as_it_was_left(workbench: Workbench) -> None:
    page = workbench.page
    workbench.add_lane.click()
    lane(workbench, "C").set("max_tokens", "33")
    lane(workbench, "C").act("move-left")
    lane(workbench, "A").act("collapse")
    page.reload()
    workbench.wait_for_connection()
    workbench.expect_letters("ACB")
    expect(lane(workbench, "C").entry("max_tokens")).to_have_value("33")
    expect(lane(workbench, "A").entry("max_tokens")).to_be_hidden()
    page.get_by_role("button", name="Open lane A").click()
    expect(lane(workbench, "A").entry("max_tokens")).to_be_visible()


def test_it_reads_drafts_from_before_lanes_had_letters(workbench: Workbench) -> None:
    kept = json.dumps({"base": 0, "state": OLD_DRAFT})
    workbench.page.evaluate("kept => sessionStorage.setItem('draft:new', kept)", kept)
    workbench.page.reload()
    workbench.expect_letters("AB")
    expect(workbench.prompt).to_have_value("typed long ago")
    assert max_tokens(workbench) == ["11", "12"]


def test_it_keeps_answers_while_lanes_move_and_names_them_anew_by_the_next_run(
    workbench: Workbench, site: Site
) -> None:
    workbench.set_both(max_tokens="12")
    lane(workbench, "B").set("seed", "5")
    workbench.ask("Why is the sky blue?")
    workbench.wait_until_ended()
    answer, tokens = (
        lane(workbench, "B").text(),
        lane(workbench, "B").figure("e2e_ms").text_content(),
    )
    lane(workbench, "B").act("move-left")
    lane(workbench, "A").act("duplicate")
    workbench.expect_letters("BAC")
    assert lane(workbench, "B").text() == answer
    expect(lane(workbench, "B").figure("e2e_ms")).to_have_text(tokens or "")
    expect(lane(workbench, "C").status).to_have_text("Ready")
    before = workbench.path
    workbench.run_button.click()
    workbench.page.wait_for_url(lambda url: not url.endswith(before) and "/runs/" in url)
    workbench.expect_letters("ABC")
    for letter in "ABC":
        lane(workbench, letter).wait_until_ended()
    stored = stored_run(site.database_url, workbench.path)
    assert [item.text for item in stored] == [lane(workbench, letter).text() for letter in "ABC"]
    assert stored[0].seed == 5
    workbench.open(before)
    workbench.expect_letters("AB")
    assert lane(workbench, "B").text() == answer


def test_it_runs_eight_lanes_and_opens_them_again(workbench: Workbench, site: Site) -> None:
    workbench.set_both(max_tokens="8")
    while workbench.page.locator("[data-lane]").count() < 8:
        lane(workbench, "B").act("duplicate")
    expect(workbench.add_lane).to_have_attribute("aria-disabled", "true")
    expect(workbench.page.locator("[data-lanes-limit]")).to_contain_text("8 lanes are the most")
    expect(workbench.page.locator("[data-add-tile]")).to_be_hidden()
    workbench.ask("What is 17 + 25?")
    workbench.expect_letters("ABCDEFGH")
    statuses = [lane(workbench, letter).wait_until_ended() for letter in "ABCDEFGH"]
    assert statuses == ["done"] * 8
    texts = [item.text for item in stored_run(site.database_url, workbench.path)]
    workbench.open(workbench.path)
    workbench.expect_letters("ABCDEFGH")
    assert [lane(workbench, letter).text() for letter in "ABCDEFGH"] == texts


def test_it_shows_a_run_of_more_lanes_that_another_tab_started(
    workbench: Workbench, context: BrowserContext
) -> None:
    workbench.set_both(max_tokens="6")
    workbench.ask("What is KV caching?")
    workbench.wait_until_ended()
    page = context.new_page()
    remember_sockets(page)
    other = Workbench(page).open(workbench.path)
    other.add_lane.click()
    lane(other, "C").set("max_tokens", "5")
    other.page.keyboard.press("Control+Enter")
    # An untouched page shows it by itself; one whose draft the other tab changed asks first.
    show = workbench.page.locator("#run-started").get_by_role("link", name="Show")
    running = lane(workbench, "C").root.locator("[data-pill]:not([data-status=idle])")
    running.or_(show).first.wait_for()
    if show.is_visible():
        show.click()
    workbench.page.wait_for_url(lambda url: url.endswith("/runs/2/"))
    workbench.expect_letters("ABC")
    lane(workbench, "C").wait_until_ended()
    assert lane(workbench, "C").text() != ""


def test_it_shows_one_lane_alone_and_only_what_differs(workbench: Workbench) -> None:
    page = workbench.page
    lane(workbench, "B").set("max_tokens", "21")
    workbench.add_lane.click()
    lane(workbench, "A").act("solo")
    expect(lane(workbench, "B").entry("max_tokens")).to_be_hidden()
    expect(lane(workbench, "A").entry("max_tokens")).to_be_visible()
    lane(workbench, "A").act("solo")
    page.get_by_role("button", name="Differences only").click()
    expect(lane(workbench, "B").entry("seed")).to_be_hidden()
    own = lane(workbench, "B").root.get_by_role("button", name="Max tokens 21")
    own.click()
    expect(lane(workbench, "B").entry("max_tokens")).to_be_focused()


def test_it_does_all_of_it_by_keys(workbench: Workbench) -> None:
    press = workbench.page.keyboard.press
    press("b")
    expect(lane(workbench, "B").root.locator("[data-scroll]")).to_be_focused()
    press("Shift+D")
    workbench.expect_letters("ABC")
    press("Shift+ArrowLeft")
    workbench.expect_letters("ACB")
    press("Shift+C")
    expect(lane(workbench, "C").root).to_have_attribute("data-strip", "")
    press("Shift+S")
    expect(lane(workbench, "A").root).to_have_attribute("data-strip", "")
    press("Shift+S")
    expect(lane(workbench, "A").root).not_to_have_attribute("data-strip", "")
    press("Shift+X")
    workbench.expect_letters("AB")
    press("Shift+U")
    workbench.expect_letters("ABC")
    press("+")
    workbench.expect_letters("ABCD")


def test_it_scrolls_answers_together(workbench: Workbench) -> None:
    page = workbench.page
    scrolls = page.locator("[data-lane] [data-scroll]")
    page.locator("[data-lane] [data-plain]").evaluate_all(OVERLONG)
    page.get_by_role("button", name="Scroll together").click()
    scrolls.first.hover()
    page.mouse.wheel(0, 700)
    expect(scrolls.nth(0)).not_to_have_js_property("scrollTop", 0)
    expect(scrolls.nth(1)).not_to_have_js_property("scrollTop", 0)
    tops = [scroll.evaluate("e => e.scrollTop") for scroll in scrolls.all()]
    assert tops[0] == pytest.approx(tops[1], abs=40)


def test_it_swipes_between_lanes_on_a_phone(workbench: Workbench) -> None:
    page = workbench.page
    page.set_viewport_size({"width": 390, "height": 844})
    for _ in range(4):
        workbench.add_lane.click()
    assert page.locator("#workbench").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    letters = page.locator("#lane-letters")
    letters.get_by_role("button", name="Lane D").click()
    expect(letters.get_by_role("button", name="Lane D")).to_have_attribute("aria-current", "true")
    assert lane(workbench, "D").root.evaluate(VISIBLE_SHARE) > 0.9
    expect(letters.get_by_role("button", name="Lane D: Ready")).to_be_visible()
    workbench.prompt.fill("What is 17 + 25?")
    page.locator(".bottom-bar [data-action=run]").click()
    page.wait_for_url(RUN_URL)
    assert lane(workbench, "D").wait_until_ended() == "done"
    assert lane(workbench, "D").root.evaluate(VISIBLE_SHARE) > 0.9


def test_lanes_that_differ_do_not_move_the_page(workbench: Workbench) -> None:
    page = workbench.page
    for name, value in [
        ("temperature", "0.4"),
        ("top_p", "0.5"),
        ("max_tokens", "100"),
        ("top_k", "7"),
        ("min_p", "0.1"),
        ("presence_penalty", "0.5"),
        ("frequency_penalty", "0.5"),
    ]:
        workbench.lanes[0].set(name, value)
    for _ in range(6):
        workbench.add_lane.click()
    differences = page.locator(".differences")
    assert differences.evaluate("shown => shown.scrollWidth > innerWidth")
    assert (
        page.locator("#workbench").evaluate("shown => shown.scrollWidth - shown.clientWidth") == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
