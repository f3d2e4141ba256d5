"""Writes the JSON file, run by run, so that a long history is never in memory at once."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, cast

import msgspec
from django.utils import timezone

from inference.analysis.fairness import Mode
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Lane, Sample
from playground.prompts.access import presets_of, prompts_of
from playground.prompts.models import Preset, Prompt, PromptVersion
from playground.sharing.exchange.document import (
    FORMAT,
    VERSION,
    Answer,
    ExchangedCase,
    ExchangedLane,
    ExchangedPreset,
    ExchangedPrompt,
    ExchangedVersion,
    PromptReference,
    Run,
    Turn,
)
from playground.sharing.exchange.references import References
from playground.sharing.exchange.selection import Selection, answers_of

COPIED = (
    "status", "seed", "text", "beginning_ids", "beginning_text", "settings", "finish_reason",
    "error", "prompt_tokens", "cached_tokens", "output_tokens", "dispatch_us", "queue_us",
    "prefill_us", "decode_us", "ttft_us", "client_ttft_us", "e2e_us", "turn", "load_running",
    "load_waiting", "prompt_token_ids", "token_ids", "step_tokens", "step_characters", "gaps_us",
    "drafted_tokens", "accepted_tokens", "drafted_steps", "accepted_steps", "scored_logprobs",
    "scored_from", "engine", "engine_version", "engine_flags", "model", "model_revision",
)  # fmt: skip
"""Columns of a generation that a file holds under their own name."""


def sessions_file(selection: Selection) -> Iterator[bytes]:
    """Sessions, and after them the prompts and presets that their runs came from."""
    references = References(selection.membership)
    yield _head()
    yield b',"sessions":['
    by_session = groupby(selection.runs(), key=lambda run: run.session)
    for index, (session, runs) in enumerate(by_session):
        title = msgspec.json.encode(session.title)
        yield (b"," if index else b"") + b'{"title":' + title + b',"runs":'
        yield from _list(_run(run, references) for run in runs)
        yield b"}"
    yield b"]"
    yield from _library(references.prompts(), references.presets())


def library_file(membership: Membership) -> Iterator[bytes]:
    """All prompts of the team, and the presets that the person may see."""
    prompts = prompts_of(membership).defer("words").order_by("id").prefetch_related("versions")
    presets = presets_of(membership).defer("words").order_by("id")
    yield _head()
    yield from _library(
        [(f"prompt-{number}", row) for number, row in enumerate(prompts, 1)],
        [(f"preset-{number}", row) for number, row in enumerate(presets, 1)],
    )


def _head() -> bytes:
    head = {"format": FORMAT, "version": VERSION, "exported_at": timezone.now().isoformat()}
    return msgspec.json.encode(head).removesuffix(b"}")


def _library(
    prompts: Iterable[tuple[str, Prompt]], presets: Iterable[tuple[str, Preset]]
) -> Iterator[bytes]:
    yield b',"prompts":'
    yield from _list(_prompt(name, row) for name, row in prompts)
    yield b',"presets":'
    yield from _list(_preset(name, row) for name, row in presets)
    yield b"}\n"


def _list(items: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    yield b"["
    for index, item in enumerate(items):
        yield (b",\n" if index else b"") + msgspec.json.encode(item)
    yield b"]"


def _run(run: Comparison, references: References) -> Run:
    cases = sorted(run.cases.all(), key=lambda case: case.number)
    return Run(
        messages=_turns(run.messages),
        lanes=[_lane(lane, run, references) for lane in run.lanes.all()],
        cases=[ExchangedCase(case.number, case.variables) for case in cases],
        name=run.name,
        tags=run.tags,
        pinned=run.pinned_at is not None,
        prompt=_reference(run.prompt_version, references),
        lane_order=cast(Mode, run.lane_order),
        lane_order_seed=run.lane_order_seed,
        ran_at=run.created_at.isoformat(),
    )


def _reference(version: PromptVersion | None, references: References) -> PromptReference | None:
    if version is None:
        return None
    return PromptReference(references.to_prompt(version.prompt_id), version.number)


def _lane(lane: Lane, run: Comparison, references: References) -> ExchangedLane:
    return ExchangedLane(
        profile=lane.profile,
        settings=lane.settings,
        answers=[_answer(sample, run) for sample in answers_of(lane)],
        preset=references.to_preset(lane.preset),
    )


def _answer(sample: Sample, run: Comparison) -> Answer:
    row = sample.generation
    columns = {name: getattr(row, name) for name in COPIED}
    other = row.messages if row.messages != run.messages else None
    return Answer(
        **columns,
        case=sample.case.number,
        sample=sample.number,
        messages=_turns(other) if other else None,
    )


def _turns(messages: list[dict[str, Any]]) -> list[Turn]:
    return [Turn(message["role"], message["content"]) for message in messages]


def _prompt(name: str, prompt: Prompt) -> ExchangedPrompt:
    versions = sorted(prompt.versions.all(), key=lambda version: version.number)
    return ExchangedPrompt(
        id=name,
        name=prompt.name,
        versions=[
            ExchangedVersion(_turns(version.messages), version.variables, version.note)
            for version in versions
        ],
        description=prompt.description,
        tags=prompt.tags,
        archived=prompt.archived_at is not None,
    )


def _preset(name: str, preset: Preset) -> ExchangedPreset:
    return ExchangedPreset(
        id=name,
        name=preset.name,
        settings=preset.settings,
        description=preset.description,
        tags=preset.tags,
        profile=preset.profile,
    )
