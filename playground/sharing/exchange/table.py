"""The CSV files: a row for each generation, or for each entry of the library."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inference.decoding.controls import CONTROLS
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Lane, Sample
from playground.prompts.access import presets_of, prompts_of
from playground.sharing.exchange.selection import Selection, answers_of
from playground.sharing.wording import letter

SETTINGS = tuple(control.name for control in CONTROLS if control.name != "seed")
FIGURES = (
    "prompt_tokens", "cached_tokens", "output_tokens", "dispatch_ms", "queue_ms", "prefill_ms",
    "decode_ms", "ttft_ms", "client_ttft_ms", "tpot_ms", "itl_p50_ms", "itl_p95_ms", "itl_p99_ms",
    "e2e_ms", "tokens_per_second", "prefill_tokens_per_second", "cached_share",
    "drafted_tokens", "accepted_tokens", "acceptance_length", "prompt_perplexity",
)  # fmt: skip
RUN_COLUMNS = (
    "session", "run", "name", "tags", "ran_at", "author", "lane", "profile", "model",
    "model_revision", "engine", "engine_version", "case", "sample", "status", "finish_reason",
    "seed",
)  # fmt: skip
LIBRARY_COLUMNS = (
    "kind", "name", "description", "tags", "versions", "profile", "archived", "content",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sessions_table(selection: Selection) -> Iterator[bytes]:
    """A row for each generation: where it stands, its settings, its figures in ms."""
    yield _line((*RUN_COLUMNS, *SETTINGS, *FIGURES))
    for run in selection.runs():
        yield from (
            _line(_row(run, lane, sample))
            for lane in run.lanes.all()
            for sample in answers_of(lane)
        )


def library_table(membership: Membership) -> Iterator[bytes]:
    """A row for each prompt, with what its newest version says, and for each preset."""
    yield _line(LIBRARY_COLUMNS)
    prompts = prompts_of(membership).defer("words").order_by("id").prefetch_related("versions")
    for prompt in prompts:
        newest = max(prompt.versions.all(), key=lambda version: version.number, default=None)
        turns = newest.messages if newest else []
        said = "\n\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)
        archived = "yes" if prompt.archived_at else "no"
        yield _line(
            ("prompt", prompt.name, prompt.description, ", ".join(prompt.tags),
             prompt.versions_made, "", archived, said)
        )  # fmt: skip
    for preset in presets_of(membership).defer("words").order_by("id"):
        said = "\n".join(f"{name}: {value}" for name, value in preset.settings.items())
        yield _line(
            ("preset", preset.name, preset.description, ", ".join(preset.tags), "",
             preset.profile, "no", said)
        )  # fmt: skip


def _row(run: Comparison, lane: Lane, sample: Sample) -> Sequence[Any]:
    answer = sample.generation
    metrics = answer.metrics()
    return (
        run.session.title, run.number, run.name, ", ".join(run.tags), run.created_at.isoformat(),
        run.author.shown_name if run.author else "", letter(lane.position), lane.profile,
        answer.model, answer.model_revision, answer.engine, answer.engine_version,
        sample.case.number, sample.number, answer.status, answer.finish_reason, answer.seed,
        *(_value(lane.settings.get(name)) for name in SETTINGS),
        *(metrics[name] for name in FIGURES),
    )  # fmt: skip


def _value(value: Any) -> Any:
    return " | ".join(map(str, value)) if isinstance(value, list) else value


def _line(cells: Iterable[Any]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow([_cell(cell) for cell in cells])
    return written.getvalue().encode()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
