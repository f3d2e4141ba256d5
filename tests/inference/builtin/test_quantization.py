"""Weights in few bits are near those that they were rounded from."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from inference.builtin import quantization
from inference.builtin.quantization import GROUP, Precision, scales
from tests.inference.builtin.family import FAMILY, SMALL

ERRORS: list[tuple[Precision, float]] = [("int8", 0.01), ("int4", 0.12)]


def apart(near: Tensor, whole: Tensor) -> float:
    return float((near.float() - whole.float()).norm() / whole.float().norm())


@pytest.mark.parametrize(("precision", "error"), ERRORS)
def test_it_ships_weights_near_the_whole_ones(precision: Precision, error: float) -> None:
    whole = load_file(SMALL / "model.safetensors")
    stored = load_file(FAMILY / f"small-{precision}" / "model.safetensors")
    near = quantization.expanded(stored, precision)
    assert near.keys() == whole.keys()
    for name, weight in whole.items():
        assert apart(near[name], weight) < (error if "_proj" in name else 1e-9)


@pytest.mark.parametrize(("precision", "error"), ERRORS)
def test_it_makes_the_same_weights_again(
    precision: Precision, error: float, tmp_path: Path
) -> None:
    quantization.write(tmp_path, SMALL, precision)
    made = load_file(tmp_path / "model.safetensors")
    shipped = load_file(FAMILY / f"small-{precision}" / "model.safetensors")
    assert made.keys() == shipped.keys()
    assert all(torch.equal(made[name], shipped[name]) for name in made)


@pytest.mark.parametrize(("precision", "bits"), [("int8", 8), ("int4", 4)])
def test_it_says_in_its_config_what_it_holds(precision: Precision, bits: int) -> None:
    config = json.loads((FAMILY / f"small-{precision}" / "config.json").read_text())
    declared = config["quantization_config"]
    group = declared["config_groups"]["group_0"]
    assert declared["quant_method"] == "compressed-tensors"
    assert (group["weights"]["num_bits"], group["targets"]) == (bits, ["Linear"])
    assert ("input_activations" in group) is (precision == "int8")
    assert declared["ignore"] == ["lm_head"]


@pytest.mark.parametrize("bits", [4, 8])
def test_it_chooses_a_scale_no_worse_than_the_widest_weight_asks(bits: int) -> None:
    torch.manual_seed(0)
    weight, top = torch.randn(16, 4 * GROUP), 2 ** (bits - 1)
    rows = weight.reshape(16, 4, GROUP)

    def error(scale: Tensor) -> Tensor:
        near = (rows / scale.unsqueeze(-1)).round().clamp(-top, top - 1) * scale.unsqueeze(-1)
        return (near - rows).square().sum(dim=-1)

    plain = rows.abs().amax(dim=-1) / (top - 0.5)
    chosen = scales(weight, bits, GROUP)
    assert (error(chosen) <= error(plain) * 1.0001).all()
    assert bits == 8 or error(chosen).sum() < error(plain).sum()


def test_it_keeps_a_row_of_zeros() -> None:
    assert torch.isfinite(scales(torch.zeros(2, GROUP), 4, GROUP)).all()


def test_it_rounds_activations_a_token_at_a_time() -> None:
    layer = torch.nn.Linear(4, 4)
    given = torch.tensor([[1.0, 0.5, -0.25, 0.0], [100.0, 50.0, 1.0, 0.0]])
    (rounded,) = quantization.rounded_input(layer, (given,))
    assert rounded[0, 0] == pytest.approx(1.0)
    assert rounded[0, 2] == pytest.approx(-32 / 127)
    assert rounded[1, 2] == pytest.approx(100 / 127)
