"""All that is needed to run an answer again, and what differs when it was."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

ENVIRONMENT = ("engine", "engine_version", "engine_flags", "model", "model_revision", "profile")


class Answered(Protocol):
    """A stored generation, as far as a capsule holds it."""

    profile: str
    messages: Any
    settings: Any
    seed: int
    prompt_token_ids: list[int] | None
    token_ids: list[int] | None
    finish_reason: str
    beginning_ids: list[int] | None
    engine: str
    engine_version: str
    engine_flags: Any
    model: str
    model_revision: str


@dataclass(frozen=True, slots=True)
class Capsule:
    """What was asked (the prompt as the tokens that the engine read, and as messages; the tokens
    that the answer was to begin with), with which settings and seed, of which model and engine, and
    the tokens that came."""

    messages: list[dict[str, str]]
    prompt_token_ids: list[int]
    settings: dict[str, Any]
    seed: int
    profile: str
    engine: str
    engine_version: str
    engine_flags: dict[str, Any]
    model: str
    model_revision: str
    token_ids: list[int]
    finish_reason: str
    beginning_ids: list[int] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON, with its digest."""
        return {"format": 1, **asdict(self), "digest": self.digest}

    @property
    def digest(self) -> str:
        """SHA-256 of everything but the answer: the same for runs that should answer the same."""
        asked = {
            name: value
            for name, value in asdict(self).items()
            if name not in {"token_ids", "finish_reason"} and (value or name != "beginning_ids")
        }
        text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """Something of the request or its surroundings that was not the same the second time."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Verification:
    """A run and its repetition. `differs_at` is the first token that differs, None where all are
    the same; `before` and `after` are the ids there, None where that answer had ended.

    `changes` holds what else was not the same: it explains a difference, or qualifies a match.
    """

    same: bool
    compared: int
    differs_at: int | None
    before: int | None
    after: int | None
    changes: tuple[Change, ...]


def capsule(row: Answered) -> Capsule:
    """The capsule of a stored generation."""
    return Capsule(
        messages=list(row.messages or []),
        prompt_token_ids=list(row.prompt_token_ids or []),
        settings=dict(row.settings or {}),
        seed=row.seed,
        profile=row.profile,
        engine=row.engine,
        engine_version=row.engine_version,
        engine_flags=dict(row.engine_flags or {}),
        model=row.model,
        model_revision=row.model_revision,
        token_ids=list(row.token_ids or []),
        finish_reason=row.finish_reason,
        beginning_ids=list(row.beginning_ids or []),
    )


def verify(before: Capsule, after: Capsule) -> Verification:
    """Compare a run with its repetition, token by token."""
    place = _first_difference(before.token_ids, after.token_ids)
    return Verification(
        same=place is None,
        compared=min(len(before.token_ids), len(after.token_ids)),
        differs_at=place,
        before=_at(before.token_ids, place),
        after=_at(after.token_ids, place),
        changes=tuple(_changes(before, after)),
    )


def _first_difference(before: Sequence[int], after: Sequence[int]) -> int | None:
    for place, (one, two) in enumerate(zip(before, after, strict=False)):
        if one != two:
            return place
    shorter = min(len(before), len(after))
    return None if len(before) == len(after) else shorter


def _at(ids: Sequence[int], place: int | None) -> int | None:
    return ids[place] if place is not None and place < len(ids) else None


def _changes(before: Capsule, after: Capsule) -> list[Change]:
    found = [
        Change(name, getattr(before, name), getattr(after, name))
        for name in ("prompt_token_ids", "beginning_ids", "seed", *ENVIRONMENT)
        if getattr(before, name) != getattr(after, name)
    ]
    settings: Mapping[str, Any] = before.settings | after.settings
    found += [
        Change(name, before.settings.get(name), after.settings.get(name))
        for name in settings
        if before.settings.get(name) != after.settings.get(name)
    ]
    return found
