"""Weights in four bits on processors without AVX-512, for which vLLM's wheel has no kernel.

vLLM 0.32.0 chooses its kernel for four bits on any processor, but its library for AVX2 was built
without it: the engine loads, and its first step ends it. Here the weights are unpacked once when
they are loaded, and multiplied whole: right answers, and no gain in speed or memory from having
few bits, which a smaller file alone shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

KERNEL = "vllm.model_executor.kernels.linear.mixed_precision.cpu"
BITS, ZERO = 4, 8


def is_missing() -> bool:
    """Whether this processor's library has no kernel for four bits."""
    import torch

    return not hasattr(torch.ops._C, "cpu_gemm_wna16")


def mend_four_bits() -> None:
    """Replace the kernel's two steps where it is missing."""
    if is_missing():
        kernel: Any = import_module(KERNEL).CPUWNA16LinearKernel
        kernel.process_weights_after_loading = unpack_weights
        kernel.apply_weights = multiply


def unpack_weights(kernel: Any, layer: Any) -> None:
    """Put a layer's whole weights, [outputs, inputs], in the place of its packed ones.

    Raises NotImplementedError for weights with zero points, which only other formats have.
    """
    import torch

    if kernel.config.zero_points:
        raise NotImplementedError(
            "Four-bit weights with zero points need a processor with AVX-512 here."
        )
    packed, scale = getattr(layer, kernel.w_q_name), getattr(layer, kernel.w_s_name)
    packed = packed.data if packed.input_dim == 1 else packed.data.t()
    scale = scale.data if scale.output_dim == 0 else scale.data.t()
    whole = torch.nn.Parameter(unpacked(packed, scale), requires_grad=False)
    setattr(layer, kernel.w_q_name, whole)


def unpacked(packed: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Eight values of four bits in each of `packed`'s [outputs, inputs / 8] numbers, lowest first,
    times `scale`, [outputs, groups of inputs]."""
    import torch

    shifts = torch.arange(0, 32, BITS, dtype=torch.int32)
    values = ((packed.unsqueeze(-1) >> shifts) & (2**BITS - 1)) - ZERO
    flat = values.flatten(1)
    group = flat.shape[1] // scale.shape[1]
    whole: torch.Tensor = flat.to(scale.dtype) * scale.repeat_interleave(group, dim=1)
    return whole


def multiply(
    kernel: Any, layer: Any, x: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """The layer's product with its whole weights."""
    import torch

    product: torch.Tensor = torch.nn.functional.linear(x, getattr(layer, kernel.w_q_name), bias)
    return product
