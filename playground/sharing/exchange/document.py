"""The file that exports write and imports read, as types.

A file is decoded straight into these: what they do not name, or name otherwise, is refused with
its path, and nothing nests deeper than they do. Nothing in a file is an id of this site: runs
refer to prompts and presets by names that hold within the file.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from inference.analysis.fairness import Mode
from inference.decoding.controls import MAX_SEED
from playground.compare.requests import MAX_LANES
from playground.prompts.messages import MAX_MESSAGES

FORMAT = "inference-playground"
VERSION = 1
Title = Annotated[str, Meta(max_length=120)]
Words = Annotated[str, Meta(max_length=2000)]
Tags = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=20)]
Reference = Annotated[str, Meta(min_length=1, max_length=40)]
Text = Annotated[str, Meta(max_length=1_000_000)]
Number = Annotated[int, Meta(ge=1, le=1000)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Microseconds = Annotated[int, Meta(ge=0, le=2**53)]
Gaps = Annotated[list[Count], Meta(max_length=1_000_000)]
Logprobs = Annotated[list[float], Meta(max_length=1_000_000)]
Moment = Annotated[str, Meta(max_length=40, description="ISO 8601. Told, not taken over.")]
Variables = Annotated[dict[str, Annotated[str, Meta(max_length=10_000)]], Meta(max_length=64)]
Settings = Annotated[
    dict[str, bool | int | float | str | list[str] | None],
    Meta(max_length=40, description="Decoding settings by name, checked as when they are typed."),
]
Flags = Annotated[dict[str, bool | int | float | str | None], Meta(max_length=100)]


class Turn(msgspec.Struct, forbid_unknown_fields=True):
    """One message of a prompt."""

    role: Literal["system", "user", "assistant", "text"]
    content: Annotated[str, Meta(max_length=200_000)]


Turns = Annotated[list[Turn], Meta(max_length=MAX_MESSAGES)]


class Answer(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One generation. Durations in microseconds, left out where unknown."""

    status: Literal["queued", "running", "done", "stopped", "interrupted", "failed"]
    seed: Annotated[int, Meta(ge=0, le=MAX_SEED)]
    text: Text = ""
    beginning_ids: Gaps | None = None
    beginning_text: Text = ""
    case: Number = 1
    sample: Number = 1
    settings: Settings = {}
    messages: Turns | None = None
    finish_reason: Annotated[str, Meta(max_length=12)] = ""
    error: Annotated[str, Meta(max_length=20_000)] = ""
    prompt_tokens: Count | None = None
    cached_tokens: Count | None = None
    output_tokens: Count | None = None
    dispatch_us: Microseconds | None = None
    queue_us: Microseconds | None = None
    prefill_us: Microseconds | None = None
    decode_us: Microseconds | None = None
    ttft_us: Microseconds | None = None
    client_ttft_us: Microseconds | None = None
    e2e_us: Microseconds | None = None
    turn: Count | None = None
    load_running: Count | None = None
    load_waiting: Count | None = None
    prompt_token_ids: Gaps | None = None
    token_ids: Gaps | None = None
    step_tokens: Gaps | None = None
    step_characters: Gaps | None = None
    gaps_us: Gaps | None = None
    drafted_tokens: Count | None = None
    accepted_tokens: Count | None = None
    drafted_steps: Gaps | None = None
    accepted_steps: Gaps | None = None
    scored_logprobs: Logprobs | None = None
    scored_from: Count | None = None
    engine: Annotated[str, Meta(max_length=20)] = ""
    engine_version: Annotated[str, Meta(max_length=60)] = ""
    engine_flags: Flags | None = None
    model: Annotated[str, Meta(max_length=200)] = ""
    model_revision: Annotated[str, Meta(max_length=80)] = ""


class ExchangedLane(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One column of a run. `preset` refers to one of the file's."""

    profile: Annotated[str, Meta(min_length=1, max_length=60)]
    settings: Settings
    answers: Annotated[list[Answer], Meta(max_length=256)]
    preset: Reference | None = None


class ExchangedCase(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One set of values for the prompt's variables; answers name it by its number."""

    number: Number
    variables: Variables = {}


class PromptReference(msgspec.Struct, forbid_unknown_fields=True):
    """A version of one of the file's prompts, counted from 1."""

    prompt: Reference
    version: Number


class Run(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One press of Run. The order in the session is its number."""

    messages: Annotated[list[Turn], Meta(min_length=1, max_length=MAX_MESSAGES)]
    lanes: Annotated[list[ExchangedLane], Meta(min_length=1, max_length=MAX_LANES)]
    cases: Annotated[list[ExchangedCase], Meta(min_length=1, max_length=256)]
    name: Title = ""
    tags: Tags = []
    pinned: bool = False
    prompt: PromptReference | None = None
    lane_order: Mode = "concurrent"
    lane_order_seed: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    ran_at: Moment | None = None


class ExchangedSession(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A session and those of its runs that whoever exported it could see."""

    title: Title
    runs: Annotated[list[Run], Meta(max_length=1000)]


class ExchangedVersion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a prompt said at one time."""

    messages: Annotated[list[Turn], Meta(min_length=1, max_length=MAX_MESSAGES)]
    variables: Variables = {}
    note: Annotated[str, Meta(max_length=200)] = ""


class ExchangedPrompt(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A prompt of the library with all its versions, the oldest first."""

    id: Reference
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    versions: Annotated[list[ExchangedVersion], Meta(min_length=1, max_length=1000)]
    description: Words = ""
    tags: Tags = []
    archived: bool = False


class ExchangedPreset(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A preset of decoding settings; `profile` is left out where it is for any model."""

    id: Reference
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    settings: Settings
    description: Words = ""
    tags: Tags = []
    profile: Annotated[str, Meta(max_length=60)] = ""


class Document(msgspec.Struct, forbid_unknown_fields=True):
    """A whole file."""

    format: Literal["inference-playground"]
    version: Literal[1]
    exported_at: Moment = ""
    sessions: Annotated[list[ExchangedSession], Meta(max_length=1000)] = []
    prompts: Annotated[list[ExchangedPrompt], Meta(max_length=2000)] = []
    presets: Annotated[list[ExchangedPreset], Meta(max_length=2000)] = []
