"""Leaving out the channels of the feed-forward layers that carry least.

A channel counts for the size of what it carries times the weights that read it: the measure of Sun
and others, "A simple and effective pruning approach for large language models" (2023), summed over
a channel so that what is left is a smaller dense model and needs no sparse kernel.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from inference.builtin.batches import Batch


def pruned(model: LlamaForCausalLM, seen: Iterable[Batch], inner: int) -> LlamaForCausalLM:
    """A model with the `inner` most important channels of each layer; the given one stays whole."""
    shape = model.config.to_dict() | {"intermediate_size": inner}
    smaller = type(model)(type(model.config).from_dict(shape))
    whole = dict(model.state_dict())
    for number, weight in enumerate(importance(model, seen)):
        kept = weight.topk(inner).indices.sort().values
        prefix = f"model.layers.{number}.mlp."
        for name in ("gate_proj", "up_proj"):
            whole[f"{prefix}{name}.weight"] = whole[f"{prefix}{name}.weight"][kept]
        down = f"{prefix}down_proj.weight"
        whole[down] = whole[down][:, kept]
    smaller.load_state_dict(whole)
    return smaller


def importance(model: LlamaForCausalLM, seen: Iterable[Batch]) -> list[Tensor]:
    """For each layer, each channel's root mean square times the norm of the weights reading it."""
    readers: list[nn.Linear] = [layer.mlp.down_proj for layer in model.model.layers]
    energy = [torch.zeros(reader.in_features) for reader in readers]
    hooks = [
        reader.register_forward_pre_hook(adding_to(total))
        for reader, total in zip(readers, energy, strict=True)
    ]
    with torch.no_grad():
        for batch in seen:
            model.model(input_ids=batch.inputs, use_cache=False)
    for hook in hooks:
        hook.remove()
    norms = [reader.weight.detach().norm(dim=0) for reader in readers]
    return [total.sqrt() * norm for total, norm in zip(energy, norms, strict=True)]


def adding_to(total: Tensor) -> Any:
    """A hook that adds the squares of what comes in to a layer's total."""

    def add(_layer: nn.Module, given: tuple[Tensor, ...]) -> None:
        total.add_(given[0].flatten(0, -2).square().sum(dim=0))

    return add
