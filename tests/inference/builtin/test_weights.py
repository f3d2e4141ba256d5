"""The shipped weights are the ones that their cards describe, small and complete."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from safetensors import safe_open

from inference.builtin import card, facts
from inference.builtin.family import MAKERS, SHARED
from tests.inference.builtin.family import FAMILY, NAMES, SMALL

LIMIT = 40_000_000


def dtypes(name: str) -> set[str]:
    with safe_open(FAMILY / name / "model.safetensors", "pt") as weights:
        return {weights.get_slice(each).get_dtype() for each in weights.keys()}  # noqa: SIM118


def test_it_can_make_every_model_that_it_describes() -> None:
    assert set(NAMES) == set(MAKERS) == {folder.name for folder in FAMILY.iterdir()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["config.json", "README.md", "figures.json", *SHARED])
def test_it_ships_every_file(name: str, file: str) -> None:
    assert (FAMILY / name / file).stat().st_size > 0


def test_it_fits_the_repository() -> None:
    assert sum(path.stat().st_size for path in FAMILY.rglob("*") if path.is_file()) <= LIMIT


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_card_says(name: str) -> None:
    known, written = facts.of(FAMILY / name), card.read(FAMILY / name)
    assert written.items() >= asdict(known).items()
    page = (FAMILY / name / "README.md").read_text()
    assert known.sha256 in page
    assert f"| all | {written['perplexity']['all']:.4f} |" in page


@pytest.mark.parametrize("name", NAMES)
def test_it_counts_the_parameters_that_the_file_holds(name: str) -> None:
    stored = 0
    with safe_open(FAMILY / name / "model.safetensors", "pt") as weights:
        for each in weights.keys():  # noqa: SIM118
            if each.endswith("weight_shape"):
                rows, columns = weights.get_tensor(each).tolist()
                stored += rows * columns
            elif each.endswith("weight"):
                stored += weights.get_tensor(each).numel()
    assert stored == card.read(FAMILY / name)["parameters"]


@pytest.mark.parametrize("name", NAMES)
def test_it_shares_tokenizer_and_template(name: str) -> None:
    for file in SHARED:
        assert (FAMILY / name / file).read_bytes() == (SMALL / file).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_it_describes_a_llama_with_a_context_of_1024(name: str) -> None:
    config = json.loads((FAMILY / name / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["max_position_embeddings"] == 1024


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("small", {"BF16"}),
        ("draft", {"BF16"}),
        ("draft-distilled", {"BF16"}),
        ("small-pruned", {"BF16"}),
        ("small-int8", {"BF16", "I8"}),
        ("small-int4", {"BF16", "I32", "I64"}),
    ],
)
def test_it_stores_each_model_in_its_precision(name: str, stored: set[str]) -> None:
    assert dtypes(name) == stored


def test_it_drafts_with_ten_to_twenty_times_fewer_parameters() -> None:
    small, *drafts = (card.read(FAMILY / name) for name in ("small", "draft", "draft-distilled"))
    for draft in drafts:
        assert 10 <= small["parameters"] / draft["parameters"] <= 20


def test_it_gave_both_drafts_as_many_tokens() -> None:
    draft, distilled = (card.read(FAMILY / name) for name in ("draft", "draft-distilled"))
    assert draft["training"]["tokens"] == distilled["training"]["tokens"]


def test_it_gains_from_distillation() -> None:
    draft, distilled = (card.read(FAMILY / name) for name in ("draft", "draft-distilled"))
    assert distilled["acceptance"]["agreement"] > draft["acceptance"]["agreement"]


def test_it_is_right_more_often_by_majority() -> None:
    sums = card.read(SMALL)["arithmetic"]
    assert (sums["problems"], sums["samples"], sums["temperature"]) == (200, 16, 0.8)
    assert 0.5 <= sums["one"] <= 0.75
    assert sums["majority_interval"][0] > sums["one_interval"][1]


@pytest.mark.parametrize("name", NAMES)
def test_it_has_its_line_in_the_documentation(name: str) -> None:
    page = Path("docs/models.md").read_text()
    assert card.HEADER in page
    assert card.row(FAMILY / name) in page


def test_it_knows_its_glossary() -> None:
    assert card.read(SMALL)["terms"] == 1
