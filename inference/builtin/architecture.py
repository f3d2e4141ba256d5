"""The built-in model's shape: a small Llama, in sizes that vLLM's CPU attention takes."""

from transformers import LlamaConfig, LlamaForCausalLM

CONTEXT = 1024


def config(vocabulary: int, hidden: int, layers: int, inner: int) -> LlamaConfig:
    """Describe the model; heads are 64 wide, two queries to one key and value."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 64,
        num_key_value_heads=max(1, hidden // 128),
        head_dim=64,
        max_position_embeddings=CONTEXT,
        rope_theta=10000.0,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )


def build(
    vocabulary: int, hidden: int = 256, layers: int = 4, inner: int = 512
) -> LlamaForCausalLM:
    """Make the model with fresh weights."""
    return LlamaForCausalLM(config(vocabulary, hidden, layers, inner))
