"""Four-bit weights are multiplied as they were stored, with or without vLLM's own kernel."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from inference.builtin.quantization import compressed, expanded
from inference.engines.vllm_four_bits import is_missing, multiply, unpack_weights, unpacked

NAME = "model.layers.0.mlp.up_proj.weight"
KERNEL = SimpleNamespace(
    w_q_name="weight_packed", w_s_name="weight_scale", config=SimpleNamespace(zero_points=False)
)


@pytest.fixture(scope="module")
def stored() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return compressed({NAME: torch.randn(16, 64)}, "int4")


def layer_of(stored: dict[str, torch.Tensor]) -> nn.Module:
    prefix = NAME.removesuffix("weight")
    layer = nn.Module()
    layer.weight_packed = nn.Parameter(stored[f"{prefix}weight_packed"], requires_grad=False)
    layer.weight_scale = nn.Parameter(stored[f"{prefix}weight_scale"].float(), requires_grad=False)
    layer.weight_packed.input_dim = 1
    layer.weight_scale.output_dim = 0
    return layer


def test_it_multiplies_with_the_stored_weights(stored: dict[str, torch.Tensor]) -> None:
    layer, x, bias = layer_of(stored), torch.randn(3, 64), torch.randn(16)
    unpack_weights(KERNEL, layer)
    expected = x @ expanded(stored, "int4")[NAME].float().T + bias
    assert torch.allclose(multiply(KERNEL, layer, x, bias), expected, atol=1e-4)


def test_it_reads_the_lowest_bits_first() -> None:
    packed = torch.tensor([[0x76543210]], dtype=torch.int32)
    assert unpacked(packed, torch.ones(1, 1)).tolist() == [[-8, -7, -6, -5, -4, -3, -2, -1]]


def test_it_refuses_zero_points(stored: dict[str, torch.Tensor]) -> None:
    kernel = SimpleNamespace(**vars(KERNEL) | {"config": SimpleNamespace(zero_points=True)})
    with pytest.raises(NotImplementedError, match="AVX-512"):
        unpack_weights(kernel, layer_of(stored))


def test_it_is_still_needed_without_avx_512() -> None:
    pytest.importorskip("vllm._custom_ops")
    if "avx512" in torch.backends.cpu.get_cpu_capability().lower():
        pytest.skip("This processor has AVX-512.")
    assert is_missing(), "vLLM has a kernel for this processor now: mend_four_bits can go."
