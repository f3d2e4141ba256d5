"""`python -m inference.builtin.train` trains the built-in model, or goes on with it."""

import argparse
import json
from itertools import islice
from pathlib import Path

import torch

from inference.builtin import architecture, tokenizer
from inference.builtin.batches import batches
from inference.builtin.corpus import documents
from inference.builtin.export import export
from inference.builtin.training import Progress, Trainer, run

WEIGHTS = Path(__file__).parent / "weights" / "small"


def main() -> None:
    """Train and export."""
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    words = tokenizer.learn(islice(documents(options.seed), 20_000))
    trainer = Trainer(architecture.build(words.get_vocab_size()), options.tokens, options.rate)
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        trainer.load(checkpoint)
    source = batches(options.seed, words, options.batch, architecture.CONTEXT)
    run(trainer, source, checkpoint, lambda at: show(at, options.tokens, options.work))
    export(trainer.model, words, options.out)


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
    parser.add_argument("--work", type=Path, default=Path(".local/builtin"), help="checkpoints")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=4096, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=0.015)
    return parser.parse_args()


if __name__ == "__main__":
    main()
