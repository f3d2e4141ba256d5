"""Composing on the page: cases, turns, texts, token counts, and forms for the answer."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import Workbench
from tests.e2e.stored import stored_run

pytestmark = [pytest.mark.browser, pytest.mark.engine]
SHORT = {"temperature": "0", "max_tokens": "6"}


def turns(page: Page) -> list[tuple[str, str]]:
    """What stands above the last message: role and text."""
    return [
        (turn.locator("select").input_value(), turn.locator("textarea").input_value())
        for turn in page.locator("[data-turn]").all()
    ]


def do_with_turn(turn: Locator, what: str) -> None:
    turn.locator("summary").click()
    turn.get_by_role("button", name=what).click()


def write_turns(page: Page, *texts: str) -> None:
    for text in texts:
        page.get_by_label("More for this prompt").click()
        page.locator("[data-add-turn]").click()
        page.keyboard.type(text)


def test_it_runs_rows_that_were_pasted_and_shows_each_case(
    workbench: Workbench, site: Site
) -> None:
    page = workbench.page
    workbench.set_both(**SHORT)
    workbench.prompt.fill("What is {{a}} + {{b}}?")
    expect(page.locator("[data-cases-words]")).to_contain_text("sent as they are written")
    page.locator("[data-paste-cases]").click()
    page.locator("#pasted-rows").fill("b\ta\textra\n1\t2\t3")
    page.locator("[data-take-rows]").click()
    expect(page.locator("[data-row-problem]")).to_contain_text("A row has 3 values")
    page.locator("#pasted-rows").fill("b\ta\n25\t17\n4\t2")
    page.locator("[data-take-rows]").click()
    expect(page.locator("[data-cases-words]")).to_contain_text("2 cases, each run in every lane")
    workbench.run_button.click()
    expect(page.locator("[data-cases-ended]")).to_have_text("All 4 answers have ended")
    answers = [item.text for item in stored_run(site.database_url, workbench.path)]
    assert workbench.texts() == [answers[0], answers[2]]
    page.get_by_label("Later case").click()
    assert workbench.texts() == [answers[1], answers[3]]
    page.reload()
    expect(page.locator("#run-case")).to_have_value("1")
    page.locator("#run-case").select_option("2")
    assert workbench.texts() == [answers[1], answers[3]]
    expect(page.get_by_label("a, case 1")).to_have_value("17")


def test_it_says_in_the_row_what_is_wrong_with_a_case(workbench: Workbench) -> None:
    page = workbench.page
    workbench.prompt.fill("{{what}}")
    page.get_by_label("what, case 1").fill("Hello")
    page.locator("[data-add-case]").click()
    workbench.run_button.click()
    expect(page.locator("[data-case='1'] .field-error")).to_have_text(
        "Case 2: Write a prompt first."
    )
    page.get_by_label("what, case 2").fill("Good evening")
    expect(page.locator("#composer .field-error")).to_have_count(0)


def test_it_moves_inserts_and_branches_turns(workbench: Workbench) -> None:
    page = workbench.page
    write_turns(page, "one", "two", "three", "four")
    workbench.prompt.fill("five")
    page.locator("[data-turn] textarea").nth(3).press("Alt+ArrowUp")
    assert [text for _, text in turns(page)] == ["one", "two", "four", "three"]
    do_with_turn(page.locator("[data-turn]").nth(1), "Insert a message above")
    page.keyboard.type("between")
    expected = [
        ("user", "one"), ("user", "between"), ("assistant", "two"), ("assistant", "four"),
        ("user", "three"),
    ]  # fmt: skip
    assert turns(page) == expected
    do_with_turn(page.locator("[data-turn]").nth(1), "Branch from here")
    assert turns(page) == [("user", "one")]
    expect(workbench.prompt).to_have_value("between")
    page.locator("#set-aside summary").click()
    page.locator("#set-aside [data-take-back]").first.click()
    expect(workbench.prompt).to_have_value("five")
    assert turns(page) == expected


def test_it_goes_on_from_a_lanes_answer(workbench: Workbench, site: Site) -> None:
    page = workbench.page
    workbench.set_both(**SHORT)
    workbench.ask("What is KV caching?")
    workbench.wait_until_ended()
    answer = workbench.lanes[1].text()
    workbench.lanes[1].root.locator("[data-action=continue]").click()
    assert turns(page) == [("user", "What is KV caching?"), ("assistant", answer)]
    expect(workbench.prompt).to_be_focused()
    workbench.ask("Why?")
    workbench.wait_until_ended()
    assert workbench.path.endswith("/runs/2/")
    stored = stored_run(site.database_url, workbench.path)
    assert len(stored) == 2


def test_it_gives_a_text_to_the_model_as_it_is(workbench: Workbench, site: Site) -> None:
    page = workbench.page
    workbench.set_both(**SHORT)
    page.get_by_text("Text", exact=True).first.click()
    expect(page.locator("#system")).to_be_hidden()
    begun = "Once upon a time"
    workbench.prompt.fill(begun)
    expect(page.locator("[data-token-count]")).to_contain_text("tokens")
    counted = (page.locator("[data-token-count]").text_content() or "").split()[0]
    workbench.run_button.click()
    workbench.wait_until_ended()
    expect(workbench.lanes[0].figure("prompt_tokens")).to_have_text(counted)
    page.reload()
    expect(page.locator("#composer")).to_have_attribute("data-mode", "text")
    expect(workbench.prompt).to_have_value(begun)
    answer = workbench.lanes[0].text()
    workbench.lanes[0].root.locator("[data-action=continue]").click()
    expect(workbench.prompt).to_have_value(begun + answer)
    workbench.lanes[0].root.locator("[data-action=code]").click()
    expect(page.locator("#code-curl")).to_contain_text('/completions"')


def test_it_counts_while_one_types_what_the_engine_reads(workbench: Workbench) -> None:
    page = workbench.page
    workbench.set_both(**SHORT)
    workbench.prompt.fill("What is 17 + 25?")
    count = page.locator("[data-token-count]")
    expect(count).to_contain_text("tokens")
    words = count.text_content() or ""
    count.click()
    expect(page.locator(".prompt-tokens")).to_contain_text("What is")
    tokens = page.locator(".prompt-token")
    assert tokens.count() == int(words.split()[0])
    page.keyboard.press("Escape")
    workbench.run_button.click()
    workbench.wait_until_ended()
    expect(workbench.lanes[0].figure("prompt_tokens")).to_have_text(words.split()[0])
    workbench.prompt.fill("word " * 3000)
    expect(count).to_contain_text("too long for lane A")


def test_it_checks_a_form_as_one_writes_it(workbench: Workbench) -> None:
    lane = workbench.lanes[0]
    lane.unfold("structure")
    lane.entry("structure").select_option("json")
    lane.root.locator("[data-form-example]").click()
    state = lane.root.locator("[data-form-state]")
    expect(state).to_have_text("The answer can be held to this.")
    lane.entry("structure_text").fill('{"type": ')
    expect(state).to_contain_text("not valid JSON")
    lane.entry("structure").select_option("regex")
    lane.entry("structure_text").fill("(a+)+")
    expect(state).to_contain_text("repeats a repetition")
