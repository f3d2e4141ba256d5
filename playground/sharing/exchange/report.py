"""The Markdown report: a zip with report.md and its charts beside it."""

import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO

from inference.models import Generation
from inference.profiles import profiles
from playground.compare.cases import asked_of, names_of, place_words
from playground.compare.models import Comparison, Lane
from playground.compare.wording import STATUSES
from playground.sharing.exchange.charts import Charted, arrivals, waterfalls
from playground.sharing.exchange.markup import fenced, plain, table
from playground.sharing.exchange.selection import Selection, answers_of
from playground.sharing.wording import FIGURES, figure, letter, settings_of

IN_MEMORY = 8 * 1024 * 1024
PART = 64 * 1024


def report_file(selection: Selection) -> Iterator[bytes]:
    """The zip, read in parts from a temporary file once it is whole."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        _write(selection, file)
        file.seek(0)
        while part := file.read(PART):
            yield part


def _write(selection: Selection, file: IO[bytes]) -> None:
    """A zip holds one open entry at a time: the charts first, the text gathered beside them."""
    text: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        by_session = groupby(selection.runs(), key=lambda run: run.session)
        for index, (session, runs) in enumerate(by_session, 1):
            text.append(f"# {plain(session.title)}\n")
            for run in runs:
                name = f"charts/session-{index}-run-{run.number}"
                charted = _charted(run)
                archive.writestr(f"{name}-time.svg", waterfalls(charted))
                archive.writestr(f"{name}-tokens.svg", arrivals(charted))
                text += run_section(run, name)
        archive.writestr("report.md", "\n".join(text))


def _charted(run: Comparison) -> list[Charted]:
    return [Charted(name, row) for name, _lane, row in _answers(run)]


def _answers(run: Comparison) -> Iterable[tuple[str, Lane, Generation]]:
    """Every answer with its name: its lane's letter, and its place there if it is one of many."""
    for lane in run.lanes.all():
        samples = answers_of(lane)
        cases, each = len(run.cases.all()), len({sample.number for sample in samples})
        for sample in samples:
            place = place_words(sample.case.number, cases, sample.number, each)
            name = f"Lane {letter(lane.position)}"
            yield f"{name}, {place}" if place else name, lane, sample.generation


def run_section(run: Comparison, charts: str) -> Iterator[str]:
    """What the report says of one run. `charts` is where its pictures are, without their ends."""
    answers = list(_answers(run))
    names = [name for name, _lane, _row in answers]
    yield f"## Run {run.number}{': ' + plain(run.name) if run.name else ''}\n"
    yield _when(run)
    yield "### Prompt\n"
    for message in asked_of(run):
        yield f"{message['role'].capitalize()}:\n\n{fenced(message['content'])}"
    if len(run.cases.all()) > 1:
        yield "### Cases\n"
        yield _cases(run)
    yield "### Settings\n"
    yield _settings(run)
    yield "### Answers\n"
    for name, _lane, row in answers:
        said = f"{STATUSES.get(row.status, row.status)}. {row.error}".strip()
        yield f"{name}: {plain(said)}\n\n{fenced(row.whole_text)}"
    yield "### Figures\n"
    all_metrics = [row.metrics() for _name, _lane, row in answers]
    yield table(
        ["Figure", *names],
        [
            [kind.label, *(figure(kind, metrics) for metrics in all_metrics)]
            for kind in FIGURES
            if kind.is_shown(*all_metrics)
        ],
    )
    yield f"![Where the time went, by lane]({charts}-time.svg)\n"
    yield f"![Tokens over time, by lane]({charts}-tokens.svg)\n"


def _cases(run: Comparison) -> str:
    """The values of each case, by variable."""
    cases = sorted(run.cases.all(), key=lambda case: case.number)
    names = names_of(cases)
    rows = [[str(case.number), *(case.variables.get(name, "") for name in names)] for case in cases]
    return table(["Case", *names], rows)


def _when(run: Comparison) -> str:
    by = f" by {run.author.shown_name}" if run.author else ""
    tags = f" Tags: {', '.join(run.tags)}." if run.tags else ""
    return plain(f"Run on {run.created_at:%-d %B %Y at %H:%M} UTC{by}.{tags}") + "\n"


def _settings(run: Comparison) -> str:
    titles = {name: profile.title for name, profile in profiles().items()}
    lanes = list(run.lanes.all())
    said = [settings_of(lane.settings) for lane in lanes]
    labels = list(dict.fromkeys(label for settings in said for label in settings))
    rows = [["Model", *(titles.get(lane.profile, lane.profile) for lane in lanes)]]
    rows += [[label, *(settings.get(label, "–") for settings in said)] for label in labels]
    return table(["", *(f"Lane {letter(lane.position)}" for lane in lanes)], rows)
