"""The workbench page, as a person uses it."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.lane import Lane

RUN_URL = re.compile(r"/sessions/[0-9a-f-]{36}/runs/\d+/$")
LONG = {"temperature": "0", "max_tokens": "900", "frequency_penalty": "-2"}
"""An answer that takes long enough to do something meanwhile: a negative penalty makes the model
repeat itself, so that it never ends its turn."""


class Workbench:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = page.locator("#prompt")
        self.system = page.locator("#system")
        self.run_button = page.locator("[data-action=run]:visible")
        self.connection = page.locator("#connection")
        self.sessions = page.locator(".history__link")
        self.runs = page.locator(".runs__link")
        self.lanes = (Lane(page, 0), Lane(page, 1))
        self.lane_row = page.locator("#lanes")
        self.add_lane = page.locator("#lanes-bar [data-action=add-lane]")

    def open(self, path: str = "/") -> "Workbench":
        self.page.goto(path)
        self.wait_for_connection()
        return self

    def wait_for_connection(self) -> None:
        expect(self.connection).to_have_attribute("data-state", "open", timeout=20_000)

    @property
    def letters(self) -> str:
        """The letters of all lanes, in the order of the page."""
        names = self.page.locator("[data-lane]").evaluate_all(
            "all => all.map(e => e.dataset.letter)"
        )
        return "".join(names)

    def expect_letters(self, letters: str) -> None:
        """Waits for them."""
        expect(self.page.locator("[data-lane] .lane__letter")).to_contain_text(list(letters))

    def choose(self, profile: str) -> None:
        for lane in self.lanes:
            lane.root.locator("[data-profile]").select_option(profile)

    def set_both(self, **settings: str) -> None:
        for lane in self.lanes:
            for name, value in settings.items():
                lane.set(name, value)

    def ask(self, prompt: str) -> None:
        """Type it and press Run; returns when the run has its own address."""
        self.prompt.fill(prompt)
        self.run_button.click()
        self.page.wait_for_url(RUN_URL)

    def wait_until_ended(self) -> list[str]:
        return [lane.wait_until_ended() for lane in self.lanes]

    def texts(self) -> list[str]:
        return [lane.text() for lane in self.lanes]

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.page.url)
