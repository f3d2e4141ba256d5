"""What a list shows of each run: never more of a text than a line, and no bulky columns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from inference.decoding.controls import BY_NAME
from inference.metrics import milliseconds
from inference.models import TERMINAL
from inference.profiles import profiles
from playground.accounts.models import Membership
from playground.compare.history.highlights import Find
from playground.compare.models import Comparison, Lane
from playground.compare.titles import give_seen_title, seen_titles
from playground.prompts.controls import shown

LINE = 240
ANSWER = 180
ASKED = """left(jsonb_path_query_first(
    "compare_comparison"."messages", '$[*] ? (@.role == "user" || @.role == "text")'
) ->> 'content', %s)"""


@dataclass(frozen=True, slots=True)
class LaneLine:
    """A lane in a line: its letter, model, the settings that differ, status and first words."""

    letter: str
    profile: str
    settings: Sequence[tuple[str, str]]
    status: str
    start: str


@dataclass(frozen=True, slots=True)
class _Lane:
    """A lane as it is stored, with its samples' statuses and the first one's first words."""

    position: int
    profile: str
    settings: Mapping[str, Any]
    start: str
    statuses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list."""

    run: Comparison
    asked: str
    lanes: Sequence[LaneLine]
    finds: Sequence[Find] = field(default=())

    @property
    def title(self) -> str:
        return self.run.name or self.asked or self.run.session.title

    @property
    def place(self) -> str:
        """How the page that puts two runs side by side knows it."""
        return f"{self.run.session.public_id}/{self.run.number}"

    @property
    def session_title(self) -> str:
        """The session's, where it says something that the row does not say already."""
        title = self.run.session.title
        return "" if self.asked.startswith(title.rstrip("…")) else title

    @property
    def is_pinned(self) -> bool:
        """Pinned runs stand above the list, and not in it a second time."""
        return self.run.pinned_at is not None

    @property
    def ttft_ms(self) -> float | None:
        return milliseconds(self.run.ttft_us)

    @property
    def e2e_ms(self) -> float | None:
        return milliseconds(self.run.e2e_us)

    @property
    def status(self) -> str:
        """The one that most asks to be looked at."""
        found = {lane.status for lane in self.lanes}
        order = ("failed", "interrupted", "running", "queued", "stopped")
        return next((status for status in order if status in found), "done")


def rows_of(
    membership: Membership, ids: Collection[int], finds: Mapping[int, Sequence[Find]]
) -> list[RunRow]:
    """These runs, which the person may see, in the order given: two queries for any number."""
    titled = seen_titles(Comparison.objects.visible_to(membership), "session_id")
    runs = (
        Comparison.objects.filter(pk__in=ids)
        .select_related("session", "author")
        .defer("messages", "words", "code_words")
        .annotate(
            asked=RawSQL(ASKED, [LINE], output_field=TextField()),
            remarks=Count("comments"),
        )
        .annotate(**titled)
    )
    titles = {name: profile.title for name, profile in profiles().items()}
    by_id, lanes = {run.pk: run for run in runs}, _lanes(ids)
    return [
        _row(by_id[id], lanes.get(id, ()), titles, finds.get(id, ())) for id in ids if id in by_id
    ]


def _lanes(ids: Collection[int]) -> Mapping[int, Sequence[_Lane]]:
    """By run its lanes in their order; a tuple a sample costs a tenth of three objects."""
    found: dict[int, list[_Lane]] = {}
    samples = (
        Lane.objects.filter(comparison__in=ids)
        .order_by("comparison", "position", "samples__case", "samples__number")
        .values_list(
            "comparison",
            "position",
            "profile",
            "settings",
            "samples__generation__status",
            Left("samples__generation__text", ANSWER),
        )
    )
    for run, position, profile, settings, status, start in samples:
        lanes = found.setdefault(run, [])
        if not lanes or lanes[-1].position != position:
            lanes.append(_Lane(position, profile, settings, start or ""))
        if status:
            lanes[-1].statuses.append(status)
    return found


def _row(
    run: Any, lanes: Sequence[_Lane], titles: Mapping[str, str], finds: Sequence[Find]
) -> RunRow:
    give_seen_title(run, run.session)
    differing = differing_settings([lane.settings for lane in lanes])
    lines = [_line(lane, differing, titles) for lane in lanes]
    return RunRow(run, " ".join((run.asked or "").split()), lines, finds)


def _line(lane: _Lane, differing: Sequence[str], titles: Mapping[str, str]) -> LaneLine:
    statuses = [each for each in lane.statuses if each not in TERMINAL] or lane.statuses
    return LaneLine(
        letter_of(lane.position),
        titles.get(lane.profile, lane.profile),
        [(label_of(name), value_of(lane.settings.get(name), name)) for name in differing],
        statuses[0] if statuses else "queued",
        " ".join(lane.start.split()),
    )


def letter_of(position: int) -> str:
    return chr(ord("A") + position)


def differing_settings(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names whose values are not the same in all lanes, in the order of the controls."""
    names = {name for given in settings for name in given}
    order = {name: place for place, name in enumerate(BY_NAME)}
    return sorted(
        (
            name
            for name in names
            if any(given.get(name) != settings[0].get(name) for given in settings)
        ),
        key=lambda name: (order.get(name, len(order)), name),
    )


def label_of(name: str) -> str:
    control = BY_NAME.get(name)
    return control.label if control else name


def value_of(value: Any, name: str = "") -> str:
    """A setting as it is shown; a dash where none was given."""
    control = BY_NAME.get(name)
    if control is not None and control.kind == "choice" and value is not None:
        return control.named(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"“{item}”" for item in value) or "–"
    return shown(value) or "–"
