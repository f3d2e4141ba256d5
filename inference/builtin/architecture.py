"""The built-in models' shapes: small Llamas, in sizes that vLLM's CPU attention takes."""

from dataclasses import dataclass

from transformers import LlamaConfig, LlamaForCausalLM

CONTEXT = 1024


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of a model; `groups` is the number of key and value heads, each `head` wide."""

    hidden: int
    layers: int
    inner: int
    heads: int
    groups: int
    head: int = 64


SMALL = Shape(hidden=256, layers=4, inner=512, heads=4, groups=2)
DRAFT = Shape(hidden=64, layers=2, inner=96, heads=2, groups=1, head=32)
"""Ten times smaller: 0.26 M of its 0.32 M parameters are the embedding, tied to the output, since a
draft model needs the whole vocabulary of the model that it drafts for. Two layers are the fewest
that can copy a name (Olsson and others, "In-context learning and induction heads", 2022)."""


def config(vocabulary: int, shape: Shape = SMALL) -> LlamaConfig:
    """Describe a model for transformers and vLLM."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.groups,
        head_dim=shape.head,
        max_position_embeddings=CONTEXT,
        rope_theta=10000.0,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )


def build(vocabulary: int, shape: Shape = SMALL) -> LlamaForCausalLM:
    """Make the model with fresh weights."""
    return LlamaForCausalLM(config(vocabulary, shape))
