"""A model's own tokenizer, read from its files: prompts counted and split where no engine runs.

Nothing here loads torch or transformers, so that the web processes can count while one types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Encoding, Tokenizer

from inference.engines.protocol import TEXT
from inference.engines.revision import hub_file
from inference.profiles.profile import Profile

KEPT = 8
"""Tokenizers that a process holds: some MB each."""

SPECIAL = ("bos_token", "eos_token", "unk_token", "pad_token")


class Untokenizable(ValueError):
    """The model's template refuses these messages. The message says why."""


class Piece(NamedTuple):
    """One token as it stands in a prompt. `joined` is part of a character begun before it."""

    id: int
    text: str
    joined: bool


class ModelTokenizer:
    """The tokenizer and the chat template in one model's folder.

    `mark` is the same for models that split every prompt alike.
    """

    def __init__(self, folder: Path) -> None:
        raw = (folder / "tokenizer.json").read_bytes()
        config = _json(folder / "tokenizer_config.json")
        written = _template(folder, config)
        self.mark = hashlib.sha256(raw + written.encode()).hexdigest()
        self.context_length: int | None = _json(folder / "config.json").get(
            "max_position_embeddings"
        )
        self._tokenizer = Tokenizer.from_buffer(raw)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._template = _environment().from_string(written) if written else None
        self._special = {name: _token(config.get(name)) for name in SPECIAL}

    def split(self, messages: Sequence[Mapping[str, str]]) -> tuple[str, Encoding]:
        """The prompt as the model reads it, and its tokens. Raises Untokenizable."""
        if len(messages) == 1 and messages[0]["role"] == TEXT:
            text = messages[0]["content"]
            return text, self._encode(text, special=True)
        text = self._render(messages)
        return text, self._encode(text, special=False)

    def count(self, messages: Sequence[Mapping[str, str]]) -> int:
        """How many tokens the prompt is. Raises Untokenizable."""
        return len(self.split(messages)[1].ids)

    def _encode(self, text: str, *, special: bool) -> Encoding:
        """By the batch call, which alone lets other threads run meanwhile."""
        found: Encoding = self._tokenizer.encode_batch([text], add_special_tokens=special)[0]
        return found

    def _render(self, messages: Sequence[Mapping[str, str]]) -> str:
        if self._template is None:
            raise Untokenizable("This model has no chat template. Give it a text instead.")
        try:
            return self._template.render(
                messages=list(messages),
                tools=None,
                documents=None,
                add_generation_prompt=True,
                **{name: token for name, token in self._special.items() if token},
            )
        except TemplateError as error:
            raise Untokenizable(f"This model cannot take these messages: {error}") from error


def tokenizer_of(profile: Profile) -> ModelTokenizer | None:
    """None where the model's files are not at hand, as for a remote server's."""
    if profile.engine != "vllm":
        return None
    local = Path(profile.model) / "tokenizer.json"
    found = local if local.is_file() else hub_file(profile.model, "tokenizer.json")
    return _loaded(found.parent, found.stat().st_mtime_ns) if found else None


def context_length(profile: Profile) -> int | None:
    """How many tokens prompt and answer may have together; None where nothing here says it."""
    declared = profile.engine_args.get("max_model_len", profile.engine_args.get("context_length"))
    if declared is not None:
        return int(declared)
    tokenizer = tokenizer_of(profile)
    return tokenizer.context_length if tokenizer else None


@lru_cache(maxsize=KEPT)
def _loaded(folder: Path, _written_ns: int) -> ModelTokenizer:
    return ModelTokenizer(folder)


def _json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text()) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _template(folder: Path, config: Mapping[str, Any]) -> str:
    """From its own file or from the configuration, the one called "default" of several."""
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text()
    written = config.get("chat_template") or ""
    if isinstance(written, list):
        written = next((each["template"] for each in written if each["name"] == "default"), "")
    return str(written)


def _token(given: Any) -> str:
    return str(given["content"]) if isinstance(given, Mapping) else str(given or "")


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    """As transformers renders chat templates, which are written for it."""
    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    made.filters["tojson"] = _tojson
    made.globals["raise_exception"] = _refuse
    made.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
    return made


def _tojson(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(words: str) -> Template:
    raise TemplateError(words)
