"""A model's card is read from its folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from inference.profiles import Profile, model_card, profile

CONFIG = {
    "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 4, "num_attention_heads": 6,
    "num_key_value_heads": 2, "hidden_size": 192, "vocab_size": 384, "dtype": "bfloat16",
}  # fmt: skip


def a_profile(folder: Path) -> Profile:
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "model.safetensors").write_bytes(b"\0" * 123)
    return Profile("x", "X", "", "vllm", str(folder))


def test_it_reads_the_shape_and_counts_the_cache(tmp_path: Path) -> None:
    card = model_card(a_profile(tmp_path))
    assert card is not None
    assert (card.layers, card.heads, card.kv_heads, card.head_size) == (4, 6, 2, 32)
    assert card.kv_bytes_per_token == 2 * 4 * 2 * 32 * 2
    assert (card.bytes_on_disk, card.parameters, card.perplexity) == (123, None, {})


def test_it_counts_one_byte_for_a_cache_in_8_bits(tmp_path: Path) -> None:
    small = replace(a_profile(tmp_path), engine_args={"kv_cache_dtype": "fp8"})
    card = model_card(small)
    assert card is not None
    assert card.kv_bytes_per_token == 2 * 4 * 2 * 32


def test_it_shows_the_figures_measured_of_a_built_in_model() -> None:
    built_in = profile("small")
    card = model_card(built_in)
    assert card is not None
    assert built_in.card_path is not None
    assert card.parameters == built_in.card["parameters"]
    assert card.perplexity["stories"] > 1


def test_it_knows_nothing_of_a_server_elsewhere_or_a_broken_folder(tmp_path: Path) -> None:
    assert model_card(Profile("x", "X", "", "openai", "big")) is None
    broken = a_profile(tmp_path)
    (tmp_path / "config.json").write_text("{")
    assert model_card(broken) is None
    assert broken.card == {}
