"""Other sampling filters tried on a stored answer, without running it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from inference.analysis.log_probabilities import Interval
from inference.analysis.what_if import Filters, Verdict, WhatIf, first_cut, what_if_all
from inference.decoding.controls import BY_NAME
from playground.compare.insight.lanes import InsightLane
from playground.compare.insight.tokens import counted, percent, visible

FILTERS = ("temperature", "top_k", "top_p", "min_p")
NEUTRAL: Mapping[str, Any] = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0}
BEFORE_FILTERS = (
    "repetition_penalty", "presence_penalty", "frequency_penalty", "logit_bias", "bad_words",
    "allowed_words", "structure", "typical_p", "xtc_probability", "mirostat_tau", "dry_multiplier",
    "temperature_end",
)  # fmt: skip
"""Settings that change who may be drawn by other ways than these filters."""
PARTS = {
    "min_p": "Min-p", "top_k": "Top-k", "top_p": "Top-p", "temperature": "Temperature", "": "",
}  # fmt: skip


class FiltersForm(forms.Form):
    """The filters and the lane; every field left out is as that lane ran."""

    lane = forms.ChoiceField(
        label="Lane", required=False, widget=forms.Select(attrs={"class": "select"})
    )
    temperature = forms.FloatField(label="Temperature", required=False)
    top_k = forms.IntegerField(label="Top-k", required=False)
    top_p = forms.FloatField(label="Top-p", required=False)
    min_p = forms.FloatField(label="Min-p", required=False)
    at = forms.IntegerField(label="Token number", min_value=1, required=False)

    def __init__(self, data: Mapping[str, Any], lanes: Sequence[InsightLane]) -> None:
        lane = next((one for one in lanes if one.letter == data.get("lane")), lanes[0])
        own = {name: lane.row.settings.get(name, NEUTRAL[name]) for name in FILTERS}
        asked = {name: data[name] for name in (*FILTERS, "at") if data.get(name)}
        super().__init__({"lane": lane.letter, **own, **asked})
        self.chosen = lane
        field = self.fields["lane"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.letter, f"{one.letter} · {one.profile}") for one in lanes]
        self.fields["at"].widget.attrs["class"] = "input"
        for name in FILTERS:
            self._bound(name)

    def _bound(self, name: str) -> None:
        control = BY_NAME[name]
        field = self.fields[name]
        low, high = control.minimum or 0, control.maximum or 0
        field.widget.attrs |= {"min": f"{low:g}", "max": f"{high:g}", "class": "input"}
        if name != "top_k":
            field.widget.attrs["step"] = "any"

    def clean(self) -> dict[str, Any]:
        """Name the range of a filter that is outside it."""
        given: dict[str, Any] = self.cleaned_data
        for name in FILTERS:
            value, control = given.get(name), BY_NAME[name]
            low, high = control.minimum or 0, control.maximum or 0
            if value is not None and not low <= value <= high:
                self.add_error(name, f"{control.label} goes from {low:g} to {high:g}.")
        return given

    @property
    def filters(self) -> Filters:
        given = self.cleaned_data
        return Filters(
            **{name: NEUTRAL[name] if given[name] is None else given[name] for name in FILTERS}
        )


@dataclass(frozen=True, slots=True)
class TriedToken:
    """A token of the answer and what the filters say of it."""

    number: int
    text: str
    verdict: Verdict
    title: str


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A listed token at the position that is looked at."""

    text: str
    raw: str
    verdict: Verdict
    by: str
    probability: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer under other filters: in words, token by token, and one position's list."""

    words: str
    note: str
    tokens: Sequence[TriedToken]
    number: int
    rows: Sequence[TriedRow]
    rest: str


def tried(form: FiltersForm) -> Tried | None:
    """What the form's filters do to its lane's answer; None where no probabilities were kept."""
    choices = form.chosen.choices
    positions = what_if_all(choices, form.filters, form.chosen.vocabulary)
    if not any(positions):
        return None
    cut = first_cut(positions)
    at = form.cleaned_data.get("at") or (cut or 0) + 1
    number = min(at, len(positions))
    shown = positions[number - 1]
    texts = [choice.text for choice in choices]
    return Tried(
        _words(positions, cut),
        _note(form.chosen.row.settings),
        [
            _token(number, text, one)
            for number, (text, one) in enumerate(zip(texts, positions, strict=True), 1)
        ],
        number,
        list(_rows(shown)) if shown else [],
        _rest(shown) if shown else "",
    )


def _words(positions: Sequence[WhatIf | None], cut: int | None) -> str:
    verdicts = [one.chosen.verdict for one in positions if one is not None]
    undecided = verdicts.count("undecided")
    maybe = f" For {undecided:,} it can't be told from what was kept." if undecided else ""
    if cut is None:
        whole = "All of the answer's tokens would" if not undecided else "No token would surely"
        return f"{whole} {'still be in' if not undecided else 'have been cut'}.{maybe}"
    start = "its first" if not cut else f"token {cut + 1:,}"
    same = "" if not cut else ": up to there the answer could have been the same"
    return (
        f"{verdicts.count('cut'):,} of {counted(len(positions), 'token')} would have been cut, the "
        f"first of them {start}{same}.{maybe}"
    )


def _note(settings: Mapping[str, Any]) -> str:
    used = [
        BY_NAME[name].label
        for name in BEFORE_FILTERS
        if name in BY_NAME
        and settings.get(name) not in (None, "", [], "none", BY_NAME[name].default)
    ]
    if not used:
        return ""
    return (
        f"This lane ran with {', '.join(used)}, which these probabilities don't have in them yet: "
        "what follows is what the filters alone would do."
    )


def _token(number: int, text: str, position: WhatIf | None) -> TriedToken:
    if position is None:
        return TriedToken(number, text, "undecided", "no list was kept")
    chosen = position.chosen
    by = f" by {PARTS[chosen.cut_by]}" if chosen.verdict == "cut" else ""
    return TriedToken(number, text, chosen.verdict, f"Token {number}: {chosen.verdict}{by}")


def _rows(position: WhatIf) -> Iterator[TriedRow]:
    listed = list(position.candidates)
    if position.chosen not in listed:
        listed.append(position.chosen)
    for one in listed:
        yield TriedRow(
            visible(one.text),
            percent(one.raw),
            one.verdict,
            PARTS[one.cut_by],
            _between(one.probability),
            one == position.chosen,
        )


def _between(share: Interval) -> str:
    low, high = percent(share.low), percent(share.high)
    if share.high <= 0:
        return "–"
    return high if low == high else f"{low} to {high}"


def _rest(position: WhatIf) -> str:
    if position.rest == "cut":
        return "No token outside this list would be left."
    may = "may be" if position.rest == "undecided" else "are"
    share = _between(position.rest_share)
    return f"Tokens outside this list {may} left too, drawn together with {share}."
