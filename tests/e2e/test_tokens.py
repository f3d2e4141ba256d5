"""An answer as its tokens, a fork at one of them, and an answer that is formatted."""

import re

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.pages.workbench import LONG, RUN_URL, Workbench
from tests.e2e.stored import stored_run

pytestmark = [pytest.mark.browser, pytest.mark.engine]
FOX = "Write a short story about a fox who lost a lantern."
MARKDOWN = """# A fox

- **one** <img src=x onerror="document.title='pwned'">
- `two`

```python
def fox(): return 1
```
<script>document.title = "pwned"</script>
"""


@pytest.fixture
def ended(workbench: Workbench) -> Workbench:
    """A run whose lane A keeps alternatives, and lane B none; both greedy."""
    workbench.set_both(temperature="0", max_tokens="24")
    workbench.lanes[0].set("logprobs", "20")
    workbench.ask(FOX)
    workbench.wait_until_ended()
    return workbench


def choose(workbench: Workbench, position: int, view: str) -> None:
    workbench.lanes[position].root.locator(f"[data-view={view}]").click()


WATCH_TOKENS = """
() => {
  const lane = document.querySelector("[data-lane]");
  const text = lane.querySelector("[data-token-text]");
  window.whileStreaming = [];
  new MutationObserver(() => {
    const shown = text.querySelectorAll(".token");
    if (lane.querySelector(".pill").dataset.status !== "streaming" || !shown.length) return;
    window.first ??= shown[0];
    window.whileStreaming.push(shown.length);
  }).observe(text, { childList: true, subtree: true });
}
"""
MARKUP = """
text => [...text.querySelectorAll(".token")].map((one) => [one.textContent, { ...one.dataset }])
"""
SEEN = """
() => ({
  counts: window.whileStreaming,
  stayed: window.first?.isConnected,
  colored: document.querySelectorAll(".token-view [data-probability]").length,
})
"""


def test_it_colors_tokens_while_they_stream(workbench: Workbench, page: Page, site: Site) -> None:
    lane = workbench.lanes[0]
    workbench.set_both(temperature="1.5", max_tokens="300", seed="7")
    lane.set("logprobs", "20")
    choose(workbench, 0, "tokens")
    page.evaluate(WATCH_TOKENS)
    workbench.ask(FOX)
    workbench.wait_until_ended()
    tokens = lane.root.locator(".token-view .token")
    [stored, _] = stored_run(site.database_url, workbench.path)
    expect(tokens).to_have_count(stored.token_count)
    seen = page.evaluate(SEEN)
    assert len(set(seen["counts"])) > 2, seen
    assert seen["stayed"], "what streamed was laid out anew"
    assert seen["colored"] > 20

    tokens.nth(2).hover()
    panel = lane.root.locator("[data-token-panel]")
    expect(panel.locator(".alternative")).to_have_count(20)
    expect(panel.locator("[data-panel-number]")).to_have_text("Token 3")

    streamed = lane.root.locator("[data-token-text]").evaluate(MARKUP)
    page.reload()
    workbench.wait_for_connection()
    expect(tokens).to_have_count(stored.token_count)
    assert lane.root.locator("[data-token-text]").evaluate(MARKUP) == streamed


TRIES = 5
"""On a busy machine an answer may end before the page is back."""
BEGINNING = """
lane => {
  const text = lane.querySelector("[data-token-text]");
  const status = lane.querySelector(".pill").dataset.status;
  const first = text.firstElementChild.firstElementChild;
  const others = [...first.childNodes].filter((node) => !node.dataset);
  return { status, place: text.querySelector(".token").dataset.place, others: others.length };
}
"""


def test_a_page_that_comes_back_has_the_colors_of_what_came_before(
    workbench: Workbench, page: Page
) -> None:
    lane = workbench.lanes[0]
    workbench.set_both(**LONG)
    lane.set("logprobs", "5")
    choose(workbench, 0, "tokens")
    seen = {}
    for _ in range(TRIES):
        workbench.ask(FOX)
        expect(lane.root.locator(".token-view .token").nth(20)).to_be_visible()
        page.reload()
        lane.root.locator(".token-view .token").nth(30).wait_for(state="attached")
        seen = lane.root.evaluate(BEGINNING)
        workbench.wait_until_ended()
        if seen["status"] == "streaming":
            break
    assert seen == {"status": "streaming", "place": "0", "others": 0}


WATCH_ENDS = """
() => {
  const [tokens, text] = document.querySelectorAll("[data-lane]");
  window.below = [];
  requestAnimationFrame(function each() {
    [tokens, text].forEach((lane, place) => {
      const scroll = lane.querySelector("[data-scroll]");
      const ends = [...lane.querySelectorAll("[data-token-text] .token")].at(-1);
      const end = place ? lane.querySelector("[data-caret]") : ends;
      const streams = lane.querySelector(".pill").dataset.status === "streaming";
      if (!streams || !end?.checkVisibility() || !scroll.scrollTop) return;
      const below = end.getBoundingClientRect().bottom - scroll.getBoundingClientRect().bottom;
      window.below.push([place, below]);
    });
    requestAnimationFrame(each);
  });
}
"""
PLACES = """
text => [...text.querySelectorAll(".token")].map((one) => {
  const { left, top } = [...one.getClientRects()].at(-1);
  return [Math.round(left), Math.round(top + text.closest("[data-scroll]").scrollTop)];
})
"""


def test_a_long_answer_grows_in_parts_that_nobody_sees(workbench: Workbench, page: Page) -> None:
    """The lines stay where they would be without, and the end stays in sight."""
    page.set_viewport_size({"width": 1000, "height": 800})
    workbench.set_both(**LONG)
    workbench.lanes[0].set("logprobs", "5")
    choose(workbench, 0, "tokens")
    page.evaluate(WATCH_ENDS)
    workbench.ask(FOX)
    workbench.wait_until_ended()
    below = page.evaluate("() => window.below")
    for place in (0, 1):
        seen = [pixels for at, pixels in below if at == place]
        assert len(seen) > 20
        assert min(seen) > -60, min(seen)
        assert max(seen) < 0, max(seen)

    text = workbench.lanes[0].root.locator("[data-token-text]")
    cuts = text.locator(":not(:first-child) > .token--cut")
    assert cuts.count() > 1
    before = text.evaluate(PLACES)
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(cuts).to_have_count(0)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.wait_for_timeout(100)
    assert text.evaluate(PLACES) == before


def test_it_colors_tokens_and_forks_at_an_alternative(
    ended: Workbench, page: Page, site: Site
) -> None:
    lane, text, first = ended.lanes[0], ended.texts()[0], ended.path
    choose(ended, 0, "tokens")
    tokens = lane.root.locator(".token-view .token")
    [stored, _] = stored_run(site.database_url, first)
    expect(tokens).to_have_count(stored.token_count)
    said = [token.text_content() or "" for token in tokens.all()]
    assert "".join(said[:6]) == text[: len("".join(said[:6]))]

    tokens.nth(4).focus()
    page.keyboard.press("ArrowRight")
    panel = lane.root.locator("[data-token-panel]")
    expect(panel.locator("[data-panel-number]")).to_have_text("Token 6")
    expect(panel.locator(".alternative")).to_have_count(20)
    expect(panel.locator(".alternative[aria-current]")).to_have_count(1)
    shown = panel.locator(".alternative:not([aria-current]) code").first.text_content() or ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: bool(RUN_URL.search(url)) and not url.endswith(first))
    ended.wait_for_connection()
    assert ended.wait_until_ended() == ["done", "done"]
    assert ended.texts()[0] == text
    given = ended.lanes[1].root.locator("[data-given]")
    expect(given).to_have_text("".join(said[:5]) + shown.replace("·", " ").replace("↵", "\n"))
    expect(ended.lanes[1].root.locator("[data-given-line]")).to_contain_text("6 given tokens")
    [_, fork] = stored_run(site.database_url, ended.path)
    assert fork.token_count <= 24 - 6

    page.locator("[data-action=again]:visible").click()
    page.wait_for_url(re.compile(r"/runs/3/$"))
    ended.wait_until_ended()
    expect(given).not_to_be_empty()
    ended.lanes[1].act("duplicate")
    copy = page.locator("[data-lane]").nth(2)
    expect(copy.locator("[data-given-line]")).to_contain_text("6 given tokens")
    page.locator("[data-action=run]:visible").click()
    page.wait_for_url(re.compile(r"/runs/4/$"))
    ended.wait_until_ended()
    expect(copy.locator("[data-given]")).to_have_text(given.text_content() or "none")
    copy.locator("[data-drop-given]").click()
    ended.lanes[1].root.locator("[data-drop-given]").click()
    page.locator("[data-action=run]:visible").click()
    page.wait_for_url(re.compile(r"/runs/5/$"))
    ended.wait_until_ended()
    expect(given).to_be_empty()
    expect(copy.locator("[data-given]")).to_be_empty()


def test_it_offers_what_tokens_need(ended: Workbench) -> None:
    lane = ended.lanes[1]
    choose(ended, 1, "tokens")
    expect(lane.root.locator("[data-token-line]")).to_contain_text("No probabilities were kept")
    lane.root.locator("[data-keep-alternatives]").click()
    expect(lane.entry("logprobs")).to_have_value("20")


def test_it_colors_by_another_measure_in_every_lane_and_remembers(
    ended: Workbench, page: Page
) -> None:
    choose(ended, 0, "tokens")
    lane = ended.lanes[0].root
    lane.locator("[data-measure]").select_option("surprise")
    expect(lane.locator("[data-token-scale] li").first).to_contain_text("under 1 bit")
    page.reload()
    expect(lane.locator("[data-token-view]")).to_have_attribute("data-by", "surprise")
    expect(lane.locator("[data-view=tokens]")).to_have_attribute("aria-pressed", "true")


def test_it_formats_an_answer_and_runs_none_of_it(ended: Workbench, page: Page, site: Site) -> None:
    stored = stored_run(site.database_url, ended.path)
    with psycopg.connect(site.database_url) as connection:
        connection.execute(
            "update inference_generation set text = %s where id = %s", [MARKDOWN, stored[0].id]
        )
    page.reload()
    formatted = ended.lanes[0].root.locator("[data-formatted]")
    expect(formatted.locator("h1")).to_have_text("A fox")
    expect(formatted.locator(".code-k")).to_have_text(["def", "return"])
    expect(formatted.locator("img, script")).to_have_count(0)
    expect(ended.lanes[0].answer).to_be_hidden()
    choose(ended, 0, "text")
    expect(ended.lanes[0].answer).to_have_text(MARKDOWN, use_inner_text=True)
    assert "pwned" not in page.title()
