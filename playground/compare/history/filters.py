"""What the history can be narrowed by: read from the address, each part checked by itself.

A part that is wrong gets a message beside it; the others are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms

from inference.decoding.controls import BY_NAME, CONTROLS, BadSetting, check_settings
from inference.models import Status

MAX_SEARCH = 300
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
BIGGEST_ID = 2**63 - 1
BIGGEST_FIGURE = 10**9
FIGURES: Mapping[str, tuple[str, str, int]] = {
    "ttft": ("ttft_us", "Engine TTFT, ms", 1000),
    "e2e": ("e2e_us", "End to end, ms", 1000),
    "tokens": ("output_tokens", "Output tokens", 1),
}
"""By name in the address: the run's column, what to call it, and how many of its units are one."""
STATUSES = (
    (Status.DONE.value, "Done"),
    (Status.STOPPED.value, "Stopped"),
    (Status.INTERRUPTED.value, "Interrupted"),
    (Status.FAILED.value, "Failed"),
    (Status.QUEUED.value, "Not ended yet"),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show. Times are inclusive; `least` and `most` are in the column's own unit."""

    words: str = ""
    exact: bool = False
    author: int | None = None
    profile: str = ""
    tag: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    setting: Mapping[str, Any] | None = None
    figure: str = ""
    least: int | None = None
    most: int | None = None
    pinned: bool = False

    @property
    def are_any(self) -> bool:
        return self != Filters(exact=self.exact)

    @property
    def by_index_order(self) -> bool:
        """Whether an index holds just these runs in their order, so that none is looked at in
        vain."""
        return replace(self, author=None, since=None, until=None, exact=False) == Filters()

    def exactly(self) -> "Filters":
        """The same, with the search taken sign by sign."""
        return replace(self, exact=True)


class FilterForm(forms.Form):
    """The filters as they stand in the address. Read `filters` after `is_valid()`, whatever it
    said: what is wrong is left out."""

    q = forms.CharField(label="Search", required=False)
    exact = forms.BooleanField(label="Exact text", required=False)
    author = forms.IntegerField(
        label="Author", required=False, min_value=1, max_value=BIGGEST_ID,
        error_messages={"invalid": "There is no such person."},
    )  # fmt: skip
    profile = forms.CharField(label="Model", required=False, max_length=60)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *STATUSES])
    tag = forms.CharField(label="Tag", required=False, max_length=40)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)
    setting = forms.ChoiceField(
        label="Setting", required=False,
        choices=[("", "Any"), *((one.name, one.label) for one in CONTROLS if one.kind != "text")],
    )  # fmt: skip
    value = forms.CharField(label="is", required=False, max_length=80)
    figure = forms.ChoiceField(
        label="Figure", required=False,
        choices=[("", "Any"), *((name, label) for name, (_, label, _) in FIGURES.items())],
    )  # fmt: skip
    least = forms.DecimalField(label="at least", required=False)
    most = forms.DecimalField(label="at most", required=False)
    pinned = forms.BooleanField(label="Pinned only", required=False)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if len(words) > MAX_SEARCH:
            raise forms.ValidationError(
                f"Your search has {len(words):,} characters; at most {MAX_SEARCH}. "
                "Search for a few words of it."
            )
        return words

    def clean_since(self) -> date | None:
        return _within(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return _within(self.cleaned_data["until"])

    def clean_least(self) -> float | None:
        return _figure(self.cleaned_data["least"])

    def clean_most(self) -> float | None:
        return _figure(self.cleaned_data["most"])

    def clean(self) -> None:
        """What only two parts together can get wrong."""
        known = self.cleaned_data
        since, until = known.get("since"), known.get("until")
        if since and until and since > until:
            self.add_error("until", "This day is before the first one.")
        least, most = known.get("least"), known.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", "This is below the least.")
        if known.get("setting") and known.get("value"):
            self._check_setting(known["setting"], known["value"])

    def _check_setting(self, name: str, value: str) -> None:
        given: Any = [value] if BY_NAME[name].kind == "list" else value
        try:
            only = frozenset({name})
            wanted = check_settings({name: given}, only, together=False)
        except BadSetting as error:
            self.add_error("value", str(error))
            return
        if not wanted:
            self.add_error("value", "That is the default, which runs do not keep.")
        self.cleaned_data["wanted"] = wanted or None

    @property
    def filters(self) -> Filters:
        """What was understood."""
        known = self.cleaned_data
        figure = known.get("figure") or ""
        unit = FIGURES[figure][2] if figure else 1
        return Filters(
            words=known.get("q", ""),
            exact=known.get("exact", False),
            author=known.get("author"),
            profile=known.get("profile", ""),
            tag=known.get("tag", ""),
            status=known.get("status", ""),
            since=_start(known.get("since")),
            until=_start(known.get("until"), days=1),
            setting=known.get("wanted"),
            figure=figure if any(known.get(end) is not None for end in ("least", "most")) else "",
            least=_scaled(known.get("least"), unit) if figure else None,
            most=_scaled(known.get("most"), unit) if figure else None,
            pinned=known.get("pinned", False),
        )


def _within(day: date | None) -> date | None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(f"Choose a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


def _figure(value: Any) -> float | None:
    if value is not None and not 0 <= value <= BIGGEST_FIGURE:
        raise forms.ValidationError(f"Choose a number from 0 to {BIGGEST_FIGURE:,}.")
    return None if value is None else float(value)


def _scaled(value: float | None, unit: int) -> int | None:
    return None if value is None else round(value * unit)


def _start(day: date | None, days: int = 0) -> datetime | None:
    """The first moment of a day, or of the one `days` later."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=UTC)
