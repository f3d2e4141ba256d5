"""The training loop: Muon for the matrices, AdamW for the rest, and a checkpoint to go on from.

Only answers are learned from. Prompts are shouted and sloppy on purpose, and a model this small
has no capacity to spare for predicting them. The rate stays flat and then falls over the last
third, so that a run can be cut short by resuming it with fewer tokens.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer
from transformers import LlamaForCausalLM

from inference.builtin.batches import Batch
from inference.builtin.muon import Muon

FALL = 0.35
WARM_UP = 70_000
Loss = Callable[[LlamaForCausalLM, Batch], Tensor]


@dataclass(slots=True)
class Progress:
    """How far a run is, in tokens seen, seconds, and the mean loss since the last report."""

    step: int
    tokens: int
    seconds: float
    loss: float


class Trainer:
    """A model with its optimizers, at a point of its run."""

    def __init__(
        self,
        model: LlamaForCausalLM,
        tokens: int,
        rate: float = 0.01,
        loss: Loss | None = None,
    ) -> None:
        self.model = model
        self.loss = loss or answer_loss
        self.target = tokens
        self.rate = rate
        self.step = 0
        self.tokens = 0
        self.seconds = 0.0
        self.optimizers = optimizers(model, rate)

    def learn(self, batch: Batch) -> float:
        """Take one step; the loss is the mean over answer tokens, in nats."""
        started = time.monotonic()
        set_rates(self.optimizers, rate_at(self.tokens, self.target))
        loss = self.loss(self.model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        self.step += 1
        self.tokens += batch.tokens
        self.seconds += time.monotonic() - started
        return loss.item()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "at": (self.step, self.tokens, self.seconds),
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").rename(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.tokens, self.seconds = state["at"]


def answer_loss(model: LlamaForCausalLM, batch: Batch) -> Tensor:
    """Mean cross-entropy of answer tokens, in nats."""
    return torch.nn.functional.cross_entropy(answer_logits(model, batch), batch.targets)


def answer_logits(model: LlamaForCausalLM, batch: Batch) -> Tensor:
    """What the model expects at every answer token: (tokens, vocabulary), before the softmax."""
    hidden = model.model(input_ids=batch.inputs, use_cache=False).last_hidden_state
    logits: Tensor = model.lm_head(hidden.flatten(0, 1)[batch.positions])
    return logits


def optimizers(model: LlamaForCausalLM, rate: float) -> list[Optimizer]:
    """Muon for the layers' matrices, AdamW for the embedding and the norms."""
    layers = [weight for weight in model.model.layers.parameters() if weight.ndim == 2]
    taken = {id(weight) for weight in layers}
    rest = [weight for weight in model.parameters() if id(weight) not in taken]
    made: list[Optimizer] = [
        Muon(layers, lr=rate),
        AdamW(rest, lr=rate * 0.3, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    for optimizer in made:
        for group in optimizer.param_groups:
            group["full"] = group["lr"]
    return made


def rate_at(tokens: int, target: int) -> float:
    """The share of the full rate after some tokens: up, flat, and down to almost nothing."""
    up = max(tokens / min(WARM_UP, target * 0.02), 0.02)
    down = max((1.0 - tokens / target) / FALL, 0.01)
    return min(1.0, up, down)


def set_rates(made: list[Optimizer], share: float) -> None:
    """Scale every group's rate."""
    for optimizer in made:
        for group in optimizer.param_groups:
            group["lr"] = group["full"] * share


def run(
    trainer: Trainer,
    source: Iterator[Batch],
    checkpoint: Path,
    report: Callable[[Progress], None],
    every: int = 25,
) -> None:
    """Train to the target, reporting every few steps, with a checkpoint at every fourth report."""
    for _ in range(trainer.step):
        next(source)
    losses: list[float] = []
    while trainer.tokens < trainer.target:
        losses.append(trainer.learn(next(source)))
        if trainer.step % every == 0 or trainer.tokens >= trainer.target:
            mean = sum(losses) / len(losses)
            losses.clear()
            report(Progress(trainer.step, trainer.tokens, trainer.seconds, mean))
        if trainer.step % (every * 4) == 0:
            trainer.save(checkpoint)
    trainer.save(checkpoint)
