"""Two answers of a run side by side: what both say, and what only one of them says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Literal

from django import forms

from inference.analysis.diff import Change, blocks, words
from inference.analysis.log_probabilities import unpacked
from inference.models import Generation
from playground.compare.history.rows import letter_of
from playground.compare.insight.lanes import Pick
from playground.compare.insight.tokens import counted
from playground.compare.models import Comparison

UNITS = (("words", "Words"), ("tokens", "Tokens"))
MOST_CHARACTERS = 400_000
"""Of both texts together; a longer answer is compared in its beginning."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be chosen: `key` is “A” for the picked sample, “A.2” for a certain one."""

    key: str
    name: str
    position: int
    sample: int


@dataclass(frozen=True, slots=True)
class Side:
    """One answer in pieces; those that only it has are “removed” (left) or “added” (right)."""

    name: str
    pieces: Sequence[tuple[Change, str]]


@dataclass(frozen=True, slots=True)
class TextDiff:
    """Both answers, how much of them is the same, and why there is no diff by tokens if none."""

    left: Side
    right: Side
    words: str
    problem: str = ""

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right


class DiffForm(forms.Form):
    """Which two answers, and by what they are compared."""

    left = forms.ChoiceField(required=False, widget=forms.Select(attrs={"class": "select"}))
    right = forms.ChoiceField(required=False, widget=forms.Select(attrs={"class": "select"}))
    by = forms.ChoiceField(
        label="Compare", choices=UNITS, required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any], answers: Sequence[Answer]) -> None:
        self.answers = {answer.key: answer for answer in answers}
        keys = list(self.answers)
        asked = {
            "left": _known(data.get("left"), keys, 0),
            "right": _known(data.get("right"), keys, 1),
            "by": data.get("by") if data.get("by") in dict(UNITS) else "words",
        }
        super().__init__(asked)
        for name in ("left", "right"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(answer.key, answer.name) for answer in answers]
        self.asked = asked

    @property
    def chosen(self) -> tuple[Answer, Answer]:
        return self.answers[self.asked["left"]], self.answers[self.asked["right"]]

    @property
    def unit(self) -> Literal["words", "tokens"]:
        return "tokens" if self.asked["by"] == "tokens" else "words"


def _known(asked: Any, keys: Sequence[str], place: int) -> Any:
    return asked if asked in keys else keys[min(place, len(keys) - 1)]


def choosable(run: Comparison, pick: Pick) -> list[Answer]:
    """The answers to the picked case, lane by lane; of several samples the picked one first."""
    found = (
        Generation.objects.filter(sample__lane__comparison=run, sample__case__number=pick.case)
        .order_by("sample__lane__position", "sample__number")
        .values_list("sample__lane__position", "sample__number")
    )
    several = len(pick.samples) > 1
    answers = [
        Answer(
            f"{letter_of(position)}.{sample}" if several else letter_of(position),
            f"Lane {letter_of(position)}, sample {sample}"
            if several
            else f"Lane {letter_of(position)}",
            position,
            sample,
        )
        for position, sample in found
    ]
    return sorted(answers, key=lambda answer: answer.sample != pick.sample)


def text_diff_of(run: Comparison, pick: Pick, form: DiffForm) -> TextDiff:
    """The two answers that the form names."""
    left, right = form.chosen
    one, two = _row(run, pick, left), _row(run, pick, right)
    if form.unit == "words":
        return _by_words(left, right, one, two)
    texts = [token_texts(row) for row in (one, two)]
    if texts[0] is None or texts[1] is None:
        lacking = left if texts[0] is None else right
        found = _by_words(left, right, one, two)
        problem = (
            f"What each token of {lacking.name} says is not known: several came at a time, or its "
            "beginning was given. Set “Alternatives kept” to compare by tokens; this is by words."
        )
        return TextDiff(found.left, found.right, found.words, problem)
    return _by_tokens((left, one, texts[0]), (right, two, texts[1]))


def _row(run: Comparison, pick: Pick, answer: Answer) -> Generation:
    return Generation.objects.only(
        "text",
        "token_ids",
        "step_tokens",
        "step_characters",
        "logprobs",
        "beginning_ids",
        "beginning_text",
    ).get(
        sample__lane__comparison=run,
        sample__lane__position=answer.position,
        sample__case__number=pick.case,
        sample__number=answer.sample,
    )


def token_texts(row: Generation) -> list[str] | None:
    """What each token of an answer says; None where it isn't known."""
    if row.beginning_ids:
        return None
    ids, choices = row.token_ids or [], unpacked(row.logprobs)
    if len(choices) == len(ids) and ids:
        return [choice.text for choice in choices]
    steps, characters = row.step_tokens or [], row.step_characters or []
    if len(steps) != len(characters) or any(count != 1 for count in steps) or not steps:
        return None if ids else []
    ends = [0, *accumulate(characters)]
    return [row.text[start:end] for start, end in pairwise(ends)]


def _by_words(left: Answer, right: Answer, one: Generation, two: Generation) -> TextDiff:
    texts = [row.whole_text for row in (one, two)]
    pieces = words(*(text[: MOST_CHARACTERS // 2] for text in texts))
    sides = [
        [(piece.change, piece.text) for piece in pieces if piece.change in ("same", kind)]
        for kind in ("removed", "added")
    ]
    total = max(1, len(texts[0]) + len(texts[1]))
    same = 2 * sum(len(piece.text) for piece in pieces if piece.change == "same")
    changes = _changes(piece.change for piece in pieces)
    return TextDiff(
        Side(left.name, sides[0]),
        Side(right.name, sides[1]),
        _summary(texts[0] == texts[1], changes, f"{same / total:.0%} of the text is in both"),
    )


Tokens = tuple[Answer, Generation, list[str]]


def _by_tokens(one: Tokens, two: Tokens) -> TextDiff:
    ids = [list(row.token_ids or [])[: len(texts)] for _, row, texts in (one, two)]
    found = blocks(ids[0], ids[1])
    left = [
        (block.change, "".join(one[2][slice(*block.first)]))
        for block in found
        if block.change != "added"
    ]
    right = [
        (block.change, "".join(two[2][slice(*block.second)]))
        for block in found
        if block.change != "removed"
    ]
    same = sum(block.first[1] - block.first[0] for block in found if block.change == "same")
    words = f"{counted(same, 'token')} of {len(ids[0]):,} and {len(ids[1]):,} in both, in order"
    changes = _changes(block.change for block in found)
    return TextDiff(
        Side(one[0].name, left),
        Side(two[0].name, right),
        _summary(ids[0] == ids[1], changes, words),
    )


def _changes(kinds: Any) -> int:
    """Stretches that differ: what was removed and what was added in its place are one."""
    count, before = 0, "same"
    for kind in kinds:
        count += kind != "same" and before == "same"
        before = kind
    return count


def _summary(same: bool, changes: int, shared: str) -> str:
    if same:
        return "Both answers are the same."
    return f"{counted(changes, 'place')} where they differ; {shared}."
