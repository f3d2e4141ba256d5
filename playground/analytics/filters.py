"""What the usage pages are narrowed by: read from the address, and written into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone

from inference.decoding.controls import CONTROLS
from inference.models import Source
from playground.analytics.models import Metric
from playground.analytics.periods import Period, between, rolling
from playground.analytics.scopes import Scope

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
MOST_DAYS = 400
BIGGEST_ID = 2**63 - 1
CUSTOM = "days"
RANGES = {
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    CUSTOM: "From … to …",
}
SOURCES = {Source.BROWSER.value: "Browser", Source.API.value: "API"}
METRICS = {
    Metric.TTFT.value: "Time to first token",
    Metric.TPOT.value: "Time per output token",
    Metric.ITL.value: "Inter-token latency",
    Metric.E2E.value: "End to end",
    Metric.QUEUE.value: "Queue",
    Metric.PREFILL.value: "Prefill",
}
SAMPLER = "sampler"
SETTINGS = {
    SAMPLER: "Sampler",
    # What people wrote (stop strings, say) and seeds say nothing together.
    **{item.name: item.label for item in CONTROLS if not item.is_text and item.name != "seed"},
}
NARROWING = ("team", "user", "key", "profile", "source")


@cache
def zones() -> frozenset[str]:
    """The names of all time zones that this machine knows."""
    return frozenset(available_timezones())


def _id(label: str) -> forms.IntegerField:
    words = f"There is no such {label.lower()}."
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=BIGGEST_ID,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )  # fmt: skip


def _choice(label: str, choices: Mapping[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=list(choices.items()),
        error_messages={
            "invalid_choice": f"“%(value)s” is none of these: {', '.join(choices)}."
        },
    )  # fmt: skip


class FilterForm(forms.Form):
    """Everything that an address may say; what it says beside is refused."""

    range = _choice("Range", RANGES)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)
    zone = forms.CharField(label="Time zone", required=False, max_length=60)
    team = _id("Team")
    user = _id("Person")
    key = _id("Key")
    profile = forms.CharField(label="Model", required=False, max_length=60)
    source = _choice("Source", SOURCES)
    metric = _choice("Measure", METRICS)
    setting = _choice("Setting", SETTINGS)

    def __init__(self, given: Mapping[str, Any], site: bool, zone: str = "") -> None:
        """`zone`: the browser's, for an address that names none."""
        super().__init__(given)
        self.default_zone = zone if zone in zones() else "UTC"
        if not site:
            del self.fields["team"]

    def clean_zone(self) -> ZoneInfo:
        name: str = self.cleaned_data["zone"] or self.default_zone
        if name not in zones():
            raise forms.ValidationError(
                f"“{name}” is no time zone. Write one like Europe/Berlin or UTC."
            )
        return ZoneInfo(name)

    def clean_since(self) -> date | None:
        return _within(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return _within(self.cleaned_data["until"])

    def clean(self) -> None:
        """What is no filter at all, and what only several parts together can get wrong."""
        for name in self.data:
            if name not in self.fields:
                self.add_error(None, f"There is no filter “{name[:40]}”.")
        known = self.cleaned_data
        if known.get("range") == CUSTOM or known.get("since") or known.get("until"):
            self._check_days(known.get("since"), known.get("until"))

    def _check_days(self, since: date | None, until: date | None) -> None:
        for name, day in (("since", since), ("until", until)):
            if day is None and name not in self.errors:
                self.add_error(name, "Give both days, the first and the last.")
        if since is None or until is None:
            return
        if since > until:
            self.add_error("since", "The first day is after the last. Exchange them.")
        elif (until - since).days >= MOST_DAYS:
            self.add_error("since", f"At most {MOST_DAYS} days at once. Choose fewer.")

    @property
    def asked(self) -> "Asked":
        """What a valid form asks for."""
        given = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }
        zone: ZoneInfo = given.pop("zone")
        narrowed = {name: given.pop(name) for name in NARROWING if name in given}
        now = timezone.now()
        if "since" in given:
            period = between(given["since"], given["until"], zone, now)
        else:
            period = rolling(given.get("range", "7d"), zone, now)
        return Asked(
            period=period,
            narrowed=narrowed,
            metric=given.get("metric", Metric.TTFT.value),
            setting=given.get("setting", SAMPLER),
            query={name: str(value) for name, value in self.data.items() if value},
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What to show, and to whom. `query` is what the address said; `home` the overview's path."""

    period: Period
    narrowed: Mapping[str, Any]
    metric: str
    setting: str
    query: Mapping[str, str]
    scope: Scope = field(default_factory=Scope)
    viewer: int = 0
    viewer_of_site: bool = False
    home: str = ""
    whole: bool = False
    """For a file, which has every row: a page need not measure what it does not show."""

    def address(self, path: str = "", **changes: str | int | None) -> str:
        """The same question with these changes; None leaves a filter out."""
        given = {**self.query, **changes}
        kept = {name: value for name, value in given.items() if value is not None}
        return f"{path}?{urlencode(kept)}" if kept else path or "?"


def _within(day: date | None) -> date | None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(f"Choose a day from {FIRST_DAY} to {LAST_DAY}.")
    return day
