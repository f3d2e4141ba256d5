"""What the types of a document cannot say: ranges, references, and how much is too much."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inference.decoding.controls import BadSetting, check_settings
from playground.compare.requests import BadInput, Message, check_messages
from playground.prompts.messages import BadPrompt, check_turns, check_values, variables_of
from playground.prompts.tags import BadTags, check_tags
from playground.sharing.exchange.document import (
    Document,
    ExchangedLane,
    ExchangedPreset,
    ExchangedPrompt,
    ExchangedSession,
    ExchangedVersion,
    Run,
    Turn,
)

MAX_RUNS = 2_000
MAX_ANSWERS = 5_000


class BadFile(Exception):
    """A file that cannot be imported. The message says where in it, and what is wrong."""


def check_document(document: Document) -> None:
    """Raises BadFile with the path of the first trouble."""
    _check_amount(document)
    _check_references(document)
    for index, session in enumerate(document.sessions):
        _check_session(f"sessions[{index}]", session)
    for index, prompt in enumerate(document.prompts):
        _check_prompt(f"prompts[{index}]", prompt)
    for index, preset in enumerate(document.presets):
        _check_preset(f"presets[{index}]", preset)


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """By the same ranges as typed ones, none added. The profile may be unknown here, so any
    control will do, beside any other: what is run again is checked again. Raises BadSetting."""
    return check_settings(settings, frozenset(settings), together=False)


def _check_amount(document: Document) -> None:
    runs = sum(len(session.runs) for session in document.sessions)
    if runs > MAX_RUNS:
        raise BadFile(f"sessions: {runs:,} runs in the file; at most {MAX_RUNS:,} at a time.")
    answers = sum(
        len(lane.answers) for session in document.sessions
        for run in session.runs for lane in run.lanes
    )  # fmt: skip
    if answers > MAX_ANSWERS:
        raise BadFile(f"sessions: {answers:,} answers; at most {MAX_ANSWERS:,} at a time.")


def _check_references(document: Document) -> None:
    """Runs may refer to what is in the same file, and to nothing else."""
    prompts = _by_id("prompts", document.prompts)
    presets = _by_id("presets", document.presets)
    for at, session in enumerate(document.sessions):
        for number, run in enumerate(session.runs):
            path = f"sessions[{at}].runs[{number}]"
            _check_prompt_reference(path, run, prompts)
            for place, lane in enumerate(run.lanes):
                if lane.preset is not None and lane.preset not in presets:
                    raise BadFile(f"{path}.lanes[{place}].preset: no such preset in the file.")


def _by_id(where: str, items: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        if found.setdefault(item.id, item) is not item:
            raise BadFile(f"{where}[{index}].id: another one has the same.")
    return found


def _check_prompt_reference(path: str, run: Run, prompts: Mapping[str, ExchangedPrompt]) -> None:
    if run.prompt is None:
        return
    prompt = prompts.get(run.prompt.prompt)
    if prompt is None:
        raise BadFile(f"{path}.prompt.prompt: no such prompt in the file.")
    if run.prompt.version > len(prompt.versions):
        raise BadFile(f"{path}.prompt.version: the prompt has {len(prompt.versions)} versions.")


def _check_session(path: str, session: ExchangedSession) -> None:
    for number, run in enumerate(session.runs):
        where = f"{path}.runs[{number}]"
        _check_turns(f"{where}.messages", run.messages)
        _check_tags(f"{where}.tags", run.tags)
        cases = [case.number for case in run.cases]
        if len(cases) != len(set(cases)):
            raise BadFile(f"{where}.cases: two cases have the same number.")
        for place, lane in enumerate(run.lanes):
            _check_lane(f"{where}.lanes[{place}]", lane, set(cases))


def _check_lane(path: str, lane: ExchangedLane, cases: set[int]) -> None:
    _check_settings(f"{path}.settings", lane.settings)
    taken: set[tuple[int, int]] = set()
    for number, answer in enumerate(lane.answers):
        where = f"{path}.answers[{number}]"
        if answer.case not in cases:
            raise BadFile(f"{where}.case: the run has no case {answer.case}.")
        if (answer.case, answer.sample) in taken:
            raise BadFile(f"{where}.sample: another answer has the same case and sample.")
        taken.add((answer.case, answer.sample))
        _check_settings(f"{where}.settings", answer.settings)
        if answer.messages is not None:
            _check_turns(f"{where}.messages", answer.messages)


def _check_turns(path: str, turns: list[Turn]) -> None:
    try:
        check_messages([Message(turn.role, turn.content) for turn in turns])
    except BadInput as error:
        raise BadFile(f"{path}: {error.message}") from error


def _check_settings(path: str, settings: Mapping[str, Any]) -> None:
    try:
        checked_settings(settings)
    except BadSetting as error:
        raise BadFile(f"{path}.{error.control}: {error}") from error


def _check_tags(path: str, tags: list[str]) -> None:
    try:
        check_tags(tags)
    except BadTags as error:
        raise BadFile(f"{path}: {error}") from error


def _check_prompt(path: str, prompt: ExchangedPrompt) -> None:
    _check_tags(f"{path}.tags", prompt.tags)
    if not prompt.name.strip():
        raise BadFile(f"{path}.name: the name is blank.")
    for number, version in enumerate(prompt.versions):
        try:
            checked_version(version)
        except BadPrompt as error:
            raise BadFile(f"{path}.versions[{number}]: {error}") from error


def checked_version(version: ExchangedVersion) -> tuple[list[dict[str, str]], dict[str, str]]:
    """A version's messages and variables as the library stores them. Raises BadPrompt."""
    turns = check_turns([msgspec.structs.asdict(turn) for turn in version.messages])
    return turns, check_values(variables_of(turns), version.variables)


def _check_preset(path: str, preset: ExchangedPreset) -> None:
    _check_tags(f"{path}.tags", preset.tags)
    _check_settings(f"{path}.settings", preset.settings)
    if not preset.name.strip():
        raise BadFile(f"{path}.name: the name is blank.")
