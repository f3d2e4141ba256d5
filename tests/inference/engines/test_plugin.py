"""The mend of vLLM's speculation on a processor, part by part.

Where upstream has mended a fault itself, the test that shows it fails: take the mend out then.
"""

from __future__ import annotations

import importlib.util
import inspect
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

import pytest
import torch
from tokenizers.decoders import DecodeStream

from inference.engines import vllm_plugin
from inference.engines.vllm_text import pending
from tests.inference.engines import tiny_model

pytestmark = pytest.mark.engine


def upstream(name: str) -> ModuleType:
    """The module anew, as vLLM ships it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def _kernels() -> None:
    from vllm.platforms import current_platform

    current_platform.import_kernels()


@pytest.mark.usefixtures("_kernels")
def test_it_is_still_needed_for_values_of_each_token() -> None:
    output = torch.full((3,), 7.5)
    values, upto = torch.tensor([0.5, 0.7]), torch.tensor([1, 3], dtype=torch.int32)
    upstream(vllm_plugin.KERNELS)._expand_kernel_impl(output, values, upto, 0, 1)
    assert output.tolist() == [7.5, 7.5, 7.5]


def test_it_is_still_needed_for_steps_without_guesses() -> None:
    with pytest.raises((RuntimeError, IndexError)):
        upstream(vllm_plugin.SAMPLER).apply_top_k_only(torch.empty(0, 9), torch.empty(0).int())


def test_it_is_still_needed_for_prompts_read_over_several_steps() -> None:
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    assert "set_offset" in inspect.getsource(GPUModelRunner._bookkeeping_sync)
    with pytest.raises(RuntimeError, match="offset"):
        torch.Generator().get_offset()


def bytes_of(text: str) -> tuple[Any, list[int]]:
    """A tokenizer of single bytes, and the tokens of `text`."""
    tokenizer = tiny_model._tokenizer()._tokenizer
    letters = [tokenizer.encode(letter).ids for letter in text]
    return tokenizer, [id for ids in letters for id in ids]


def test_it_is_still_needed_for_answers_that_begin_within_a_character() -> None:
    tokenizer, ids = bytes_of("A fox: é")
    assert DecodeStream(ids=ids[:-1]).step(tokenizer, ids[-1]) == "A fox: é"


@pytest.mark.parametrize(
    ("text", "cut", "left"),
    [("fox", 0, 0), ("fox é", 0, 0), ("fox é", 1, 1), ("fox 🦊", 1, 3), ("🦊", 1, 3)],
)
def test_it_finds_where_the_last_whole_character_ends(text: str, cut: int, left: int) -> None:
    tokenizer, ids = bytes_of(text)
    assert pending(tokenizer, ids[: len(ids) - cut]) == left
    # Bytes that make no character are looked through from the end to the beginning.
    assert pending(tokenizer, ids[-1:] * 40) == (0 if text == "fox" else 40)


@pytest.mark.parametrize("draws", [0, 1, 700])
def test_it_rewinds_a_generator_to_the_draws_that_count(draws: int) -> None:
    drawn, rewound = torch.Generator().manual_seed(9), torch.Generator().manual_seed(9)
    for _ in range(draws):
        torch.randint(0, 2**31, (1,), generator=drawn, dtype=torch.long)
    torch.rand(5, generator=rewound)
    vllm_plugin.rewind(rewound, draws)
    assert torch.equal(rewound.get_state(), drawn.get_state())


@pytest.mark.parametrize("kind", [torch.float32, torch.int32, torch.int64])
def test_it_writes_each_value_to_all_of_its_tokens(kind: torch.dtype) -> None:
    values = torch.tensor([3, 0, 5]).to(kind)
    upto = torch.tensor([2, 2, 5], dtype=torch.int32)
    output = torch.full((5,), 99).to(kind)
    vllm_plugin.expand(output, values, upto, 0, 1, 128)
    assert output.tolist() == [3, 3, 5, 5, 5]


def test_it_replaces_what_stands_for_greedy() -> None:
    output = torch.empty(3)
    upto = torch.tensor([1, 2, 3], dtype=torch.int32)
    vllm_plugin.expand(output, torch.tensor([0.5, 0.0, 1.5]), upto, 0, 1)
    assert output.tolist() == [0.5, 1.0, 1.5]


def test_it_is_found_by_every_process_of_the_engine() -> None:
    group = "vllm.general_plugins"
    (plugin,) = entry_points(group=group, name="inference_playground_speculation")
    assert plugin.load() is vllm_plugin.mend


def test_it_mends_once_and_keeps_top_k() -> None:
    from vllm.v1.sample.ops import topk_topp_sampler

    vllm_plugin.mend()
    first = topk_topp_sampler.apply_top_k_only
    vllm_plugin.mend()
    assert topk_topp_sampler.apply_top_k_only is first
    kept = first(torch.tensor([[1.0, 3.0, 2.0]]), torch.tensor([2], dtype=torch.int32))
    assert kept.tolist() == [[float("-inf"), 3.0, 2.0]]
    assert first(torch.empty(0, 3), torch.empty(0).int()).shape == (0, 3)


def test_it_leaves_another_version_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from vllm.utils import cpu_triton_utils

    monkeypatch.setattr(vllm_plugin, "MENDED", "0.0.1")
    monkeypatch.setattr(cpu_triton_utils, "_expand_kernel_impl", None)
    vllm_plugin.mend()
    assert cpu_triton_utils._expand_kernel_impl is None
