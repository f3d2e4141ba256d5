"""One lane of the workbench, as a person sees it."""

from playwright.sync_api import Locator, Page, expect

ENDED = ("done", "stopped", "interrupted", "failed")


class Lane:
    """Lane A is position 0, lane B position 1, wherever they stand on the page."""

    def __init__(self, page: Page, position: int) -> None:
        self.position = position
        self.root = page.locator(f"#lane-{position}")
        self.status = self.root.locator("[data-pill]")
        self.answer = self.root.locator("[data-text]")
        self.notice = self.root.locator("[data-notice]")
        self.stop_button = self.root.locator("[data-action=stop]")

    def control(self, name: str) -> Locator:
        return self.root.locator(f"[data-control={name}]")

    def entry(self, name: str) -> Locator:
        return self.control(name).locator("[data-entry]")

    def set(self, name: str, value: str) -> None:
        entry = self.entry(name)
        if not entry.is_visible():
            self.unfold(name)
        entry.fill(value)

    def unfold(self, name: str) -> None:
        """Open the part of the lane that a control is folded away in."""
        control = self.root.page.locator(f"[data-control={name}]")
        self.root.locator("details", has=control).locator("summary").click()

    def problem(self, name: str) -> Locator:
        return self.control(name).locator(".field-error")

    def act(self, name: str) -> None:
        """Choose something from the lane's menu."""
        self.root.locator("[data-lane-menu] > summary").click()
        self.root.locator(f"[data-lane-menu] [data-action={name}]").click()

    def figure(self, name: str) -> Locator:
        return self.root.locator(f"[data-figure={name}] [data-value]")

    def text(self) -> str:
        return self.answer.text_content() or ""

    def wait_for_text(self, seconds: float = 60) -> None:
        expect(self.answer).not_to_be_empty(timeout=seconds * 1000)

    def wait_until_ended(self, seconds: float = 90) -> str:
        """The status it ended with."""
        any_end = ", ".join(f"[data-status={status}]" for status in ENDED)
        self.root.locator("[data-pill]").and_(self.root.locator(any_end)).wait_for(
            timeout=seconds * 1000
        )
        return self.status.get_attribute("data-status") or ""
