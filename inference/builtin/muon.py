"""Muon: momentum whose matrix is made orthogonal before each step.

After Jordan and others, "Muon: An optimizer for hidden layers in neural networks" (2024). Torch's
own computes in bfloat16: on a CPU without instructions for it, three quarters of a training step
went there, against a fifteenth in single precision.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalized(matrix: Tensor, steps: int = 5) -> Tensor:
    """Bring a matrix's singular values near 1 by Newton and Schulz's iteration."""
    a, b, c = COEFFICIENTS
    tall = matrix.size(0) > matrix.size(1)
    near = matrix.T if tall else matrix
    near = near / (near.norm() + 1e-7)
    for _ in range(steps):
        gram = near @ near.T
        near = a * near + (b * gram + c * gram @ gram) @ near
    back: Tensor = near.T if tall else near
    return back


class Muon(Optimizer):
    """Orthogonal momentum for matrices; tall ones move by the root of height over width more."""

    def __init__(
        self, weights: Iterable[Tensor], lr: float, momentum: float = 0.95, decay: float = 0.05
    ) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take one step."""
        assert closure is None, "Muon takes no closure"
        for group in self.param_groups:
            for weight in group["params"]:
                self.move(weight, group)

    def move(self, weight: Tensor, group: dict[str, Any]) -> None:
        """Move one matrix along its momentum, looking one step ahead."""
        assert weight.grad is not None
        momentum: Tensor = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
        momentum.lerp_(weight.grad, 1 - group["momentum"])
        direction = orthogonalized(weight.grad.lerp(momentum, group["momentum"]))
        scale = max(1.0, weight.size(0) / weight.size(1)) ** 0.5
        weight.mul_(1 - group["lr"] * group["decay"])
        weight.add_(direction, alpha=-group["lr"] * scale)
