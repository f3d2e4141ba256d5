"""`python -m inference.builtin.train` trains the built-in small model, or goes on with it."""

import argparse
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from inference.builtin import architecture, tokenizer
from inference.builtin.batches import batches
from inference.builtin.corpus import documents
from inference.builtin.export import export
from inference.builtin.training import Loss, Progress, Trainer, run

WEIGHTS = Path(__file__).parent / "weights" / "small"
WORK = Path(".local/builtin")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is trained: tokens in all and in a batch, the full rate, and which documents."""

    tokens: int
    rate: float = 0.015
    batch: int = 4096
    seed: int = 0
    start: int = 0


def main() -> None:
    """Train and export."""
    options = arguments()
    torch.set_num_threads(options.threads)
    plan = Plan(options.tokens, options.rate, options.batch, options.seed)
    words = tokenizer.learn(islice(documents(plan.seed), 20_000))
    torch.manual_seed(plan.seed)
    model = architecture.build(words.get_vocab_size())
    export(trained(model, words, plan, options.work / "small"), words, options.out)


def trained(
    model: LlamaForCausalLM, words: Tokenizer, plan: Plan, work: Path, loss: Loss | None = None
) -> LlamaForCausalLM:
    """Train a model to the end of its plan, from its checkpoint in `work` if there is one."""
    work.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(model, plan.tokens, plan.rate, loss)
    checkpoint = work / "checkpoint.pt"
    if checkpoint.exists():
        trainer.load(checkpoint)
    source = batches(plan.seed, words, plan.batch, architecture.CONTEXT, plan.start)
    run(trainer, source, checkpoint, lambda at: show(at, plan.tokens, work))
    return model


def show(at: Progress, target: int, work: Path) -> None:
    """Print a line, and keep it for the model card."""
    remaining = at.seconds * (target - at.tokens) / at.tokens
    line = f"{at.tokens / 1e6:6.2f} of {target / 1e6:.1f} M tokens  loss {at.loss:.4f}"
    speed = f"{at.tokens / at.seconds:6.0f} tokens/s"
    print(f"{line}  {speed}  {clock(at.seconds)} gone, {clock(remaining)} left", flush=True)
    with (work / "progress.jsonl").open("a") as log:
        figures = {"tokens": at.tokens, "seconds": round(at.seconds, 1), "loss": round(at.loss, 4)}
        log.write(json.dumps(figures) + "\n")


def clock(seconds: float) -> str:
    """'12:34'."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=7_500_000)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=4096, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=0.015)
    return parser.parse_args()


if __name__ == "__main__":
    main()
