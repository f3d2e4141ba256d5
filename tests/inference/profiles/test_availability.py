"""What cannot start here is told apart, with the reason, without starting it."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from inference.profiles import CPU_ARGS, Profile, Speculation, availability, unavailable


def tensors(folder: Path, header: object, body: bytes = b"\0" * 4) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


WHOLE = {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "__metadata__": {"a": "b"}}


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    monkeypatch.delenv("PLAYGROUND_DEVICE", raising=False)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "tokenizer.json").write_text("{}")
    tensors(tmp_path, WHOLE)
    return Profile("x", "X", "", "vllm", str(tmp_path), CPU_ARGS, memory_mib=100)


def test_it_finds_nothing_wrong_with_a_good_one(good: Profile) -> None:
    assert unavailable(good) == ""
    assert unavailable(replace(good, model="somebody/on-the-hub")) == ""


def test_it_misses_a_folder(good: Profile) -> None:
    reason = unavailable(replace(good, model=f"{good.model}/nowhere"))
    assert "missing" in reason
    assert "nowhere" in reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("config.json", None, "no config.json"),
        ("config.json", b"{", "config.json cannot be read"),
        ("config.json", b"\xff\xfe", "config.json cannot be read"),
        ("config.json", b"[]", "no model_type"),
        ("tokenizer.json", None, "no tokenizer"),
        ("model.safetensors", None, "no weights"),
        ("model.safetensors", b"", "no readable header"),
        ("model.safetensors", b"\xff" * 9, "no readable header"),
        ("model.safetensors", struct.pack("<Q", 2) + b"[]", "no readable header"),
        ("model.safetensors", struct.pack("<Q", 2) + b"{}more", "where its header tells of 10"),
    ],
)
def test_it_says_what_is_broken(
    good: Profile, name: str, content: bytes | None, reason: str
) -> None:
    path = Path(good.model) / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert reason in unavailable(good)


def test_it_sees_weights_cut_short(good: Profile) -> None:
    tensors(Path(good.model), WHOLE, body=b"\0\0")
    assert "model.safetensors has" in unavailable(good)


def test_it_looks_at_the_draft_model_too(good: Profile) -> None:
    guessing = replace(good, speculation=Speculation("draft_model", 3, f"{good.model}/draft"))
    assert "missing" in unavailable(guessing)


def test_it_tells_what_the_machine_lacks(good: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "needs a GPU" in unavailable(replace(good, needs_gpu=True))
    assert "no_such_flag or nor_this" in unavailable(
        replace(good, processor=("no_such_flag", "nor_this"))
    )
    assert "no_such_package" in unavailable(replace(good, packages=("no_such_package",)))
    present = availability.machine_memory_mib()
    assert present
    assert "memory" in unavailable(replace(good, memory_mib=present + 1))
    monkeypatch.setenv("PLAYGROUND_DEVICE", "gpu")
    assert unavailable(replace(good, processor=("no_such_flag",))) == ""
    assert "without a GPU" in unavailable(replace(good, needs_cpu=True))


def test_it_stays_within_what_a_container_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(availability, "MEMORY_LIMITS", (limit,))
    whole = availability.machine_memory_mib()
    limit.write_text(str(512 << 20))
    assert availability.machine_memory_mib() == 512
    limit.write_text("max")
    assert availability.machine_memory_mib() == whole


@pytest.mark.parametrize(
    "argument",
    [
        {"quantization": "int8_per_channel_weight_only"},
        {"quantization": "experts_int8"},
        {"quantization": "mxfp8"},
        {"kv_cache_dtype": "int8_per_token_head"},
        {"kv_cache_dtype": "turboquant_k8v4"},
    ],
)
def test_it_refuses_what_a_processor_takes_and_does_not_do(
    good: Profile, argument: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = replace(good, engine_args={**CPU_ARGS, **argument})
    assert next(iter(argument.values())) in unavailable(declared)
    monkeypatch.setenv("PLAYGROUND_DEVICE", "gpu")
    assert unavailable(declared) == ""
