"""Profiles follow from what the installation declares."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from inference.engines.protocol import SamplingSettings
from inference.profiles import (
    BUILTIN_MODEL,
    STANDARD_CONTROLS,
    VLLM_CONTROLS,
    VLLM_SERVER_CONTROLS,
    Profile,
    UnknownProfile,
    context_length,
    cpu_dtype,
    offered,
    profile,
    profiles,
    resident,
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that declares nothing."""
    for name in ("MODEL", "DEVICE", "ALLOW_SCRIPTED", "SCRIPTED_ARGS", "PROFILES"):
        monkeypatch.delenv(f"PLAYGROUND_{name}", raising=False)
    for name in ("URL", "KEY", "MODEL", "KIND", "CONTEXT"):
        monkeypatch.delenv(f"PLAYGROUND_OPENAI_{name}", raising=False)


def test_it_offers_the_built_in_model_first_and_keeps_it_alone_running() -> None:
    assert next(iter(offered())) == "small"
    assert profile("small").model == str(BUILTIN_MODEL)
    assert list(resident()) == ["small"]


def test_it_declares_what_the_experiments_need() -> None:
    wanted = {
        "no-prefix-cache", "small-chunks", "compiled", "fp8-kv", "long-context", "int8", "int4",
        "pruned", "draft", "draft-distilled", "spec-ngram", "spec-suffix", "spec-draft",
        "spec-distilled",
    }  # fmt: skip
    assert wanted <= profiles().keys()
    assert all(one.shows and one.summary and one.memory_mib for one in profiles().values())
    assert not any(one.fault for one in profiles().values())


def test_it_offers_what_needs_a_gpu_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needing = {name for name, one in profiles().items() if one.needs_gpu}
    assert needing
    assert not needing & offered().keys()
    assert "gpu-fp8" in offered(registered=["gpu-fp8"])
    monkeypatch.setenv("PLAYGROUND_DEVICE", "gpu")
    assert "gpu-fp8" in offered()
    assert "compiled" not in offered()


def test_its_speculation_honors_no_more_than_vllm_does_beside_it() -> None:
    speculating = [one for one in profiles().values() if one.speculation]
    assert speculating
    assert not any({"min_p", "logit_bias"} & one.controls for one in speculating)


def test_it_serves_another_model_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODEL", "somebody/some-model")
    assert profile("small").model == "somebody/some-model"
    assert profile("small").title == "some-model"


def test_it_passes_nothing_of_the_cpu_to_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    on_cpu = profile("small")
    monkeypatch.setenv("PLAYGROUND_DEVICE", "gpu")
    on_gpu = profile("small")
    assert "kv_cache_memory_bytes" in on_cpu.engine_args
    assert not {"kv_cache_memory_bytes", "enforce_eager"} & on_gpu.engine_args.keys()
    assert on_gpu.environment == {}


def test_it_adds_a_remote_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_OPENAI_URL", "http://example.com/v1")
    monkeypatch.setenv("PLAYGROUND_OPENAI_MODEL", "big")
    assert profile("openai").controls == STANDARD_CONTROLS
    monkeypatch.setenv("PLAYGROUND_OPENAI_KIND", "vllm")
    assert profile("openai").controls == VLLM_SERVER_CONTROLS


def test_it_reads_a_remote_context_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_OPENAI_URL", "http://example.com/v1")
    assert context_length(profile("openai")) is None
    monkeypatch.setenv("PLAYGROUND_OPENAI_CONTEXT", "32768")
    assert context_length(profile("openai")) == 32768


def test_it_offers_made_up_answers_only_when_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_SCRIPTED_ARGS", json.dumps({"interval": 0.5}))
    assert "scripted" not in profiles()
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    assert profile("scripted").engine_args["interval"] == 0.5


def test_it_names_those_there_are_when_one_is_unknown() -> None:
    with pytest.raises(UnknownProfile, match="small"):
        profile("large")


def test_it_reads_the_context_length_from_the_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 777}')
    served = Profile("x", "X", "", "vllm", str(tmp_path))
    assert context_length(served) == 777
    shortened = dataclasses.replace(served, engine_args={"max_model_len": 100})
    assert context_length(shortened) == 100


def test_it_knows_no_context_length_of_an_absent_model() -> None:
    assert context_length(Profile("x", "X", "", "vllm", "nobody/nothing")) is None


def test_its_controls_are_fields_of_the_settings() -> None:
    fields = {field.name for field in dataclasses.fields(SamplingSettings)}
    assert fields == VLLM_CONTROLS
    assert fields > STANDARD_CONTROLS


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [
        ("fma avx avx2", "float32"),
        ("avx2 avx512f avx512_bf16", "bfloat16"),
        ("asimd bf16", "bfloat16"),
    ],
)
def test_it_takes_the_precision_that_the_processor_is_fast_in(
    tmp_path: Path, flags: str, dtype: str
) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(f"flags : {flags}\n")
    assert cpu_dtype(info) == dtype
    assert cpu_dtype(tmp_path / "absent") == "float32"
