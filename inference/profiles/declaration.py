"""Reads profiles from a TOML file: one `[[profile]]` table each.

What is wrong with one stays its own: it becomes a profile with a `fault` that names file and
reason, which is shown and never started, and the others of the file are as good as before.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from inference.profiles import devices
from inference.profiles.profile import (
    SCRIPTED_CONTROLS,
    SPECULATIVE_CONTROLS,
    VLLM_CONTROLS,
    Profile,
    Speculation,
)

BUILTIN = "builtin/"
"""A model named so is one of the built-in models: `builtin/small-int8`."""

ENGINE_MIB = 1500
SCRIPTED_MIB = 200
MAX_FILE_BYTES = 1 << 20

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")]
Words = Annotated[str, msgspec.Meta(max_length=400)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class DeclaredSpeculation(msgspec.Struct, forbid_unknown_fields=True):
    """`[profile.speculation]`."""

    method: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,40}$")]
    num_speculative_tokens: Annotated[int, msgspec.Meta(ge=1, le=32)]
    model: str = ""
    options: dict[str, Any] = {}


class Declared(msgspec.Struct, forbid_unknown_fields=True):
    """`[[profile]]`. `model` "" is the baseline's; `without` names controls not honored."""

    name: Name
    title: Title
    summary: Words = ""
    shows: Words = ""
    engine: Literal["vllm", "scripted"] = "vllm"
    model: str = ""
    device: Literal["any", "cpu", "gpu"] = "any"
    quantization: Words = ""
    memory_mib: Annotated[int, msgspec.Meta(ge=1)] | None = None
    on_demand: bool = True
    packages: list[str] = []
    processor: list[str] = []
    without: list[str] = []
    engine_args: dict[str, Any] = {}
    environment: dict[str, str] = {}
    speculation: DeclaredSpeculation | None = None


class Broken(ValueError):
    """A declaration that means nothing; the message says why."""


def read(path: Path, baseline: str, taken: Collection[str]) -> list[Profile]:
    """The file's profiles. `baseline` is the model of those that name none; `taken` are the names
    that others have already.

    Every run asks, so they are read anew only where the file changed, or what it depends on.
    """
    try:
        state = path.stat()
    except OSError as error:
        return [_faulty(path, path.stem, f"it cannot be read ({error.strerror})")]
    if state.st_size > MAX_FILE_BYTES:
        return [_faulty(path, path.stem, f"it is larger than {MAX_FILE_BYTES:,} bytes")]
    here = (devices.device(), _allows_scripted())
    return list(_read(path, state.st_mtime_ns, state.st_size, baseline, frozenset(taken), here))


@lru_cache(maxsize=32)
def _read(
    path: Path, _changed: int, _size: int, baseline: str, taken: frozenset[str], _here: object
) -> tuple[Profile, ...]:
    try:
        tables = _tables(path)
    except Broken as problem:
        return (_faulty(path, path.stem, str(problem)),)
    found: dict[str, Profile] = {}
    for number, table in enumerate(tables, start=1):
        one = _read_one(path, number, table, baseline, {*taken, *found})
        found[one.name] = one
    return tuple(found.values())


def _allows_scripted() -> bool:
    return os.environ.get("PLAYGROUND_ALLOW_SCRIPTED") == "1"


def _tables(path: Path) -> list[Any]:
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Broken(f"it is not valid TOML: {error}") from error
    tables = declared.get("profile")
    if not isinstance(tables, list) or set(declared) != {"profile"}:
        raise Broken("it must hold [[profile]] tables and nothing else")
    return tables


def _read_one(
    path: Path, number: int, table: Any, baseline: str, taken: Collection[str]
) -> Profile:
    said = table.get("name") if isinstance(table, dict) else None
    try:
        declared = msgspec.convert(table, Declared)
        if declared.name in taken:
            raise Broken("another profile has this name")
        return _profile(declared, baseline, path.parent)
    except (Broken, msgspec.ValidationError) as problem:
        title = f"“{str(said)[:40]}”" if said else "without a name"
        reason = f"profile {number}, {title}: {problem}"
        return _faulty(path, f"{path.stem}-{number}", reason)


def _faulty(path: Path, name: str, reason: str) -> Profile:
    return Profile(
        name=name,
        title=name,
        summary="A declaration that cannot be used.",
        engine="vllm",
        model="",
        controls=frozenset(),
        on_demand=True,
        fault=f"{path}: {reason}.",
    )


def _profile(declared: Declared, baseline: str, folder: Path) -> Profile:
    scripted = declared.engine == "scripted"
    if scripted and not _allows_scripted():
        raise Broken("the scripted engine is for tests and is not allowed here")
    unknown = set(declared.without) - VLLM_CONTROLS
    if unknown:
        raise Broken(f"there is no control called {', '.join(sorted(unknown))}")
    model = _model(declared.model, folder) or baseline
    return Profile(
        name=declared.name,
        title=declared.title,
        summary=declared.summary,
        engine=declared.engine,
        model="scripted" if scripted else model,
        engine_args=_engine_args(declared),
        environment={} if scripted else {**devices.device_environment(), **declared.environment},
        controls=_controls(declared) - set(declared.without),
        shows=declared.shows,
        memory_mib=declared.memory_mib or (SCRIPTED_MIB if scripted else _estimate(declared)),
        needs_gpu=declared.device == "gpu",
        needs_cpu=declared.device == "cpu",
        speculation=_speculation(declared.speculation, folder),
        quantization=declared.quantization,
        on_demand=declared.on_demand,
        packages=tuple(declared.packages),
        processor=tuple(declared.processor),
    )


def _engine_args(declared: Declared) -> dict[str, Any]:
    if declared.engine == "scripted":
        return {"context_length": 4096, **declared.engine_args}
    return {**devices.device_args(), **declared.engine_args}


def _controls(declared: Declared) -> frozenset[str]:
    if declared.engine == "scripted":
        return SCRIPTED_CONTROLS
    return SPECULATIVE_CONTROLS if declared.speculation else VLLM_CONTROLS


def _estimate(declared: Declared) -> int:
    """What the engine's two processes hold beyond the KV cache that it is given."""
    cache = declared.engine_args.get("kv_cache_memory_bytes", 0)
    return ENGINE_MIB + (int(cache) >> 20 if isinstance(cache, int) else 0)


def _speculation(declared: DeclaredSpeculation | None, folder: Path) -> Speculation | None:
    if declared is None:
        return None
    return Speculation(
        method=declared.method,
        num_speculative_tokens=declared.num_speculative_tokens,
        model=_model(declared.model, folder),
        options=declared.options,
    )


def _model(said: str, folder: Path) -> str:
    """A built-in model's folder, a folder beside the TOML file, or a hub name as it is."""
    if said.startswith(BUILTIN):
        return str(devices.BUILTIN_WEIGHTS / said.removeprefix(BUILTIN))
    if said.startswith("."):
        return str((folder / said).resolve())
    return said
