"""The shipped weights are the ones that the card describes, small and complete."""

import json
from pathlib import Path

import pytest
from safetensors import safe_open

from inference.builtin import card
from inference.builtin.train import WEIGHTS

LIMIT = 12_000_000
FIGURES = json.loads((WEIGHTS / "figures.json").read_text())


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "README.md",
    ],
)
def test_it_ships_every_file(name: str) -> None:
    assert (WEIGHTS / name).stat().st_size > 0


def test_it_fits_the_repository() -> None:
    assert sum(path.stat().st_size for path in Path(WEIGHTS).iterdir()) <= LIMIT


def test_it_is_what_the_card_says() -> None:
    sha256 = card.revision(WEIGHTS)
    assert FIGURES["sha256"] == sha256
    assert sha256 in (WEIGHTS / "README.md").read_text()


def test_it_holds_three_to_six_million_parameters_in_bfloat16() -> None:
    with safe_open(WEIGHTS / "model.safetensors", "pt") as weights:
        slices = [weights.get_slice(name) for name in weights.keys()]  # noqa: SIM118
        assert {each.get_dtype() for each in slices} == {"BF16"}
    assert 3_000_000 <= FIGURES["parameters"] <= 6_000_000


def test_it_describes_a_llama_with_a_context_of_1024() -> None:
    config = json.loads((WEIGHTS / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["max_position_embeddings"] == 1024
