"""Weights in eight and four bits, in the `compressed-tensors` format that vLLM reads.

Eight bits (W8A8): one scale an output channel, and activations rounded a token at a time while
running. Four bits (W4A16): one scale for each 32 weights of a row, activations as they are.
Embeddings, norms and the output layer keep their sixteen bits.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from compressed_tensors.compressors.naive_quantized import IntQuantizationCompressor
from compressed_tensors.compressors.pack_quantized import PackedQuantizationCompressor
from compressed_tensors.quantization import (
    QuantizationArgs,
    QuantizationConfig,
    QuantizationScheme,
)
from compressed_tensors.quantization.quant_scheme import preset_name_to_scheme
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM

Precision = Literal["int8", "int4"]
FORMATS: Mapping[Precision, str] = {"int8": "int-quantized", "int4": "pack-quantized"}
COMPRESSORS: Mapping[str, Any] = {
    "int-quantized": IntQuantizationCompressor,
    "pack-quantized": PackedQuantizationCompressor,
}
GROUP = 32
SHRINKS = torch.linspace(0.7, 1.0, 31)


def scheme(precision: Precision) -> QuantizationScheme:
    """What is rounded, and how."""
    made = preset_name_to_scheme({"int8": "W8A8", "int4": "W4A16"}[precision], ["Linear"])
    if precision == "int4":
        weights = made.weights.model_dump() | {"group_size": GROUP}
        made.weights = QuantizationArgs(**weights)
    return made


def scales(weight: Tensor, bits: int, group: int) -> Tensor:
    """The scale of each group of a row, (rows, columns / group), with the least squared error.

    The largest weight need not be kept whole: of 31 scales from 0.7 of its own upwards, the one is
    taken that brings the group as a whole nearest to what it was.
    """
    rows = weight.reshape(len(weight), -1, group)
    top = 2 ** (bits - 1)
    widest = rows.abs().amax(dim=-1).clamp(min=1e-8) / (top - 0.5)
    tried = SHRINKS.view(-1, 1, 1) * widest
    rounded = (rows / tried.unsqueeze(-1)).round().clamp(-top, top - 1) * tried.unsqueeze(-1)
    best = (rounded - rows).square().sum(dim=-1).argmin(dim=0, keepdim=True)
    found: Tensor = tried.gather(0, best).squeeze(0)
    return found


def compressed(state: Mapping[str, Tensor], precision: Precision) -> dict[str, Tensor]:
    """The model's tensors with every layer's matrices in few bits."""
    made, compressor = scheme(precision), COMPRESSORS[FORMATS[precision]]
    bits = made.weights.num_bits
    result: dict[str, Tensor] = {}
    for name, weight in state.items():
        if not name.endswith("_proj.weight"):
            result[name] = weight.to(torch.bfloat16)
            continue
        group = made.weights.group_size or weight.shape[1]
        scale = scales(weight.float(), bits, group).to(torch.bfloat16)
        layer = {"weight": weight.float(), "weight_scale": scale.float()}
        layer = compressor.compress(layer, made) | {"weight_scale": scale}
        prefix = name.removesuffix("weight")
        result |= {prefix + key: value.contiguous() for key, value in layer.items()}
    return result


def expanded(state: Mapping[str, Tensor], precision: Precision) -> dict[str, Tensor]:
    """The tensors as the engine computes with them: rounded, and of the whole model's shapes."""
    made, compressor = scheme(precision), COMPRESSORS[FORMATS[precision]]
    prefixes = [name.removesuffix("weight_scale") for name in state if name.endswith("_scale")]
    result = {name: each for name, each in state.items() if not name.startswith(tuple(prefixes))}
    for prefix in prefixes:
        layer = {name.removeprefix(prefix): each for name, each in state.items()
                 if name.startswith(prefix)}  # fmt: skip
        layer["weight_scale"] = layer["weight_scale"].float()
        result[f"{prefix}weight"] = compressor.decompress(layer, made)["weight"]
    return result


def write(folder: Path, source: Path, precision: Precision) -> None:
    """Write the weights of `source` in few bits, with a config that says so."""
    state = compressed(load_file(source / "model.safetensors"), precision)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    config = json.loads((source / "config.json").read_text())
    config["quantization_config"] = described(precision)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def described(precision: Precision) -> dict[str, Any]:
    """The entry of config.json by which vLLM knows what it reads."""
    config = QuantizationConfig(
        config_groups={"group_0": scheme(precision)},
        format=FORMATS[precision],
        quantization_status="compressed",
        ignore=["lm_head"],
    )
    described: dict[str, Any] = json.loads(config.model_dump_json(exclude_none=True))
    return described


def precision_of(folder: Path) -> Precision | None:
    """The precision that a folder's config declares, or None for whole weights."""
    declared = json.loads((folder / "config.json").read_text()).get("quantization_config")
    names: dict[str, Precision] = {form: name for name, form in FORMATS.items()}
    return names[declared["format"]] if declared else None


def load(folder: Path) -> LlamaForCausalLM:
    """Read a folder's weights in single precision; those in few bits compute as the engine does."""
    precision = precision_of(folder)
    if precision is None:
        return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    declared = json.loads((folder / "config.json").read_text())
    declared.pop("quantization_config")
    model = LlamaForCausalLM(LlamaConfig.from_dict(declared))
    state = expanded(load_file(folder / "model.safetensors"), precision)
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state)
    if precision == "int8":
        round_activations(model)
    return model.eval()


def round_activations(model: LlamaForCausalLM) -> None:
    """Round what goes into every matrix to eight bits, one scale a token."""
    for layer in model.model.layers.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_pre_hook(rounded_input)


def rounded_input(_layer: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor]:
    """The input as eight-bit integers times a token's own scale."""
    scale = given[0].abs().amax(dim=-1, keepdim=True).clamp(min=1e-8) / 127
    return ((given[0] / scale).round() * scale,)
