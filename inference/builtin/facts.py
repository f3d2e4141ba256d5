"""What a model's files say of themselves: shape, size, and the memory that its context takes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from inference.builtin.quantization import precision_of

BFLOAT16_BYTES = 2
SCHEMES = {None: "", "int8": "W8A8", "int4": "W4A16"}


@dataclass(frozen=True, slots=True)
class Facts:
    """`bytes` are those of the weights' file.

    `kv_bytes_per_token` is two tensors a layer of the key and value heads, in bfloat16: an engine
    that serves in single precision keeps twice as many.
    """

    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    head_width: int
    vocabulary: int
    context: int
    parameters: int
    kv_bytes_per_token: int
    dtype: str
    quantization: str
    bytes: int
    sha256: str


def of(folder: Path) -> Facts:
    """Read the facts of a folder of weights."""
    declared = json.loads((folder / "config.json").read_text())
    pair = 2 * declared["num_key_value_heads"] * declared["head_dim"] * BFLOAT16_BYTES
    return Facts(
        layers=declared["num_hidden_layers"],
        width=declared["hidden_size"],
        inner=declared["intermediate_size"],
        heads=declared["num_attention_heads"],
        kv_heads=declared["num_key_value_heads"],
        head_width=declared["head_dim"],
        vocabulary=declared["vocab_size"],
        context=declared["max_position_embeddings"],
        parameters=parameters(declared),
        kv_bytes_per_token=pair * declared["num_hidden_layers"],
        dtype=declared["dtype"],
        quantization=SCHEMES[precision_of(folder)],
        bytes=(folder / "model.safetensors").stat().st_size,
        sha256=revision(folder),
    )


def parameters(declared: dict[str, object]) -> int:
    """How many weights a config asks for; tied ones count once."""
    shape = {key: value for key, value in declared.items() if key != "quantization_config"}
    with torch.device("meta"):
        model = LlamaForCausalLM(LlamaConfig.from_dict(shape))
    return sum(weight.numel() for weight in model.parameters())


def revision(folder: Path) -> str:
    """SHA-256 of the weights' file."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
