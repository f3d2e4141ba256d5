"""How smooth the workbench stays: long frames, and how long a token waits to be painted.

python -m bench.frames --lanes 8 --tokens 4096 --rate 60

A browser runs the page itself, on a scripted engine. A frame is long where the next one comes more
than LONG_MS later. A token's wait is from the arrival of its frame at the page's socket to the end
of the first animation frame after it. Both grow when the machine has other work; what a task of the
page's main thread takes of the processor does not, so the longest such task stands beside them.
"""

import argparse
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psutil

from bench.painting import CHROMIUM
from bench.system import EMAIL, PASSWORD, System, system
from bench.table import print_table, quantile

LONG_MS = 50
ENDED = "() => document.querySelectorAll('.pill[data-status=done]').length"
TOKENS = "() => document.getElementsByClassName('token').length"
WATCH = """
window.seen = { frames: [], waits: [], began: 0, ended: 0 };
window.streams = new Set();
const note = (data) => {
  if (!window.seen.began) {
    for (const { type, generation } of JSON.parse(data).events) {
      if (type === "delta") streams.add(generation);
    }
    if (streams.size === window.lanes) window.seen.began = performance.now();
  } else if (!window.seen.ended && data.includes('"type":"end"')) {
    window.seen.ended = performance.now();
  }
};
const Original = window.WebSocket;
window.WebSocket = class extends Original {
  constructor(...given) {
    super(...given);
    let arrived = 0;
    this.addEventListener("message", ({ data }) => {
      note(data);
      if (arrived || !data.includes('"delta"')) return;
      arrived = performance.now();
      requestAnimationFrame(() => setTimeout(() => {
        window.seen.waits.push(performance.now() - arrived);
        arrived = 0;
      }));
    });
  }
};
let before = performance.now();
requestAnimationFrame(function each(now) {
  window.seen.frames.push([now, now - before]);
  before = now;
  requestAnimationFrame(each);
});
"""
ENTER = """(entry, value) => {
  entry.value = value;
  entry.dispatchEvent(new Event("input", { bubbles: true }));
}"""
BARE = Path(__file__).with_name("bare_page.js").read_text()
START = """(lanes) => {
  Object.assign(window.seen, { frames: [], waits: [], began: 0, ended: 0 });
  window.lanes = lanes;
  streams.clear();
}"""


class Seen(NamedTuple):
    """Milliseconds: between frames, from a token's arrival to its paint, and of the processor that
    each task of the page's main thread took. `meanwhile` are the frames in which every
    lane streamed: after the first tokens of the last, and before the first end."""

    frames: list[float]
    waits: list[float]
    tasks: list[float]
    meanwhile: list[float]

    def row(self, name: str) -> list[object]:
        """For the table."""
        long = sum(frame > LONG_MS for frame in self.frames)
        return [
            name, len(self.frames), long, max(self.frames, default=0.0), len(self.meanwhile),
            sum(frame > LONG_MS for frame in self.meanwhile), max(self.meanwhile, default=0.0),
            quantile(self.waits, 0.5), quantile(self.waits, 0.95),
            sum(task > LONG_MS for task in self.tasks), max(self.tasks, default=0.0),
        ]  # fmt: skip


HEAD = (
    "while", "frames", f"over {LONG_MS} ms", "longest, ms",
    "all streaming", f"over {LONG_MS} ms", "longest, ms", "wait p50, ms", "wait p95, ms",
    f"tasks over {LONG_MS} ms CPU", "longest task, ms CPU",
)  # fmt: skip


@contextmanager
def workbench(made: System) -> Iterator[Any]:
    """The page, signed in, connected, and watched from its start."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(
            base_url=f"http://{made.address}", viewport={"width": 1440, "height": 900}
        )
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#connection[data-state=open]").wait_for()
        yield page
        browser.close()


def set_lanes(page: Any, lanes: int, settings: Mapping[str, int]) -> None:
    """So many lanes of the scripted engine, all set alike."""
    while page.locator("[data-lane]").count() < lanes:
        page.locator("#lanes-bar [data-action=add-lane]").click()
    while page.locator("[data-lane]").count() > lanes:
        page.locator("[data-lane] [data-lane-menu] > summary").last.click()
        page.locator("[data-lane] [data-action=remove]").last.click()
    for position in range(lanes):
        lane = page.locator(f"#lane-{position}")
        lane.locator("[data-profile]").select_option("scripted")
        for name, value in settings.items():
            entry = lane.locator(f"[data-control={name}] [data-entry]")
            entry.evaluate(ENTER, str(value))


class Event(msgspec.Struct):
    """One entry of a trace; `tdur` is the thread's own time in microseconds."""

    name: str = ""
    pid: int = 0
    tid: int = 0
    tdur: float = 0.0
    args: dict[str, Any] = {}


class Trace(msgspec.Struct, rename={"events": "traceEvents"}):
    """As Chromium writes it."""

    events: list[Event]


def main_thread_tasks(trace: bytes) -> list[float]:
    """Of the renderer that worked most: each task of its main thread, in ms of the processor."""
    events = msgspec.json.decode(trace, type=Trace).events
    mains = {
        (event.pid, event.tid)
        for event in events
        if event.name == "thread_name" and event.args.get("name") == "CrRendererMain"
    }
    tasks: dict[int, list[float]] = {}
    for event in events:
        if event.name == "RunTask" and (event.pid, event.tid) in mains:
            tasks.setdefault(event.pid, []).append(event.tdur / 1000)
    return max(tasks.values(), key=sum, default=[])


@contextmanager
def watched(page: Any, lanes: int) -> Iterator[list[Seen]]:
    """Gives what was seen within it, at its end."""
    found: list[Seen] = []
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline"])
    page.evaluate(START, lanes)
    yield found
    seen = page.evaluate("() => window.seen")
    tasks = main_thread_tasks(browser.stop_tracing())
    frames = [gap for _, gap in seen["frames"]]
    within = [gap for at, gap in seen["frames"] if seen["began"] < at - gap and at < seen["ended"]]
    found.append(Seen(frames, seen["waits"], tasks, within))


def wait(page: Any, count: str, wanted: int, seconds: float) -> None:
    """Looks twice a second: Playwright's own waiting looks in every frame, which would be seen."""
    deadline = time.monotonic() + seconds
    while page.evaluate(count) < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s")
        page.wait_for_timeout(500)


def stream(page: Any, lanes: int, seconds: float) -> None:
    """Run, and wait until every lane has ended."""
    before = page.url
    page.locator("#prompt").fill("Tell me a story.")
    page.locator("[data-action=run]:visible").first.click()
    page.wait_for_url(lambda url: url != before and bool(re.search(r"/runs/\d+/$", url)))
    wait(page, ENDED, lanes, seconds)


def stream_bare(page: Any, lanes: int, settings: Mapping[str, int]) -> None:
    """The same stream on a page that has nothing else."""
    page.evaluate(BARE, [lanes, dict(settings)])


def show_tokens(page: Any, lanes: int, tokens: int) -> None:
    """Show every lane's tokens at once, and scroll through the first's."""
    for position in range(lanes):
        page.locator(f"#lane-{position} [data-view=tokens]").click()
    wait(page, TOKENS, lanes * tokens, 120)
    scroll = page.locator("#lane-0 [data-scroll]")
    for _ in range(20):
        scroll.evaluate("e => e.scrollBy(0, 400)")
        page.wait_for_timeout(50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lanes", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--rate", type=float, default=60.0, help="tokens a second and lane")
    given = parser.parse_args()
    arguments = {"interval": 1 / given.rate, "context_length": 8192}
    load = psutil.getloadavg()[0]
    with system(**arguments) as made, workbench(made) as page:
        settings = {"max_tokens": given.tokens, "logprobs": 20}
        set_lanes(page, given.lanes, settings)
        seconds = given.tokens / given.rate * 10 + 60
        with watched(page, given.lanes) as streaming:
            stream(page, given.lanes, seconds)
        with watched(page, given.lanes) as showing:
            show_tokens(page, given.lanes, given.tokens)
        # The choice of the tokens' view stays, so the next run's are colored while they stream.
        with watched(page, given.lanes) as coloring:
            stream(page, given.lanes, seconds)
        page.goto("/healthz")
        with watched(page, given.lanes) as bare:
            stream_bare(page, given.lanes, settings)
        rows = [
            streaming[0].row("streaming"),
            showing[0].row("showing all tokens"),
            coloring[0].row("streaming as tokens"),
            bare[0].row("streaming, a bare page"),
        ]
    print_table(
        f"{given.lanes} lanes of {given.tokens:,} tokens at {given.rate:g} a second "
        f"(load before: {load:.1f})",
        HEAD,
        rows,
    )


if __name__ == "__main__":
    main()
