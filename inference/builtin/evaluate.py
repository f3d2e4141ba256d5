"""`python -m inference.builtin.evaluate` measures the weights; `--card` writes their card."""

import argparse
import json
from pathlib import Path

import torch

from inference.builtin import card, evaluation
from inference.builtin.answers import Speaker
from inference.builtin.train import WEIGHTS


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--work", type=Path, default=Path(".local/builtin"))
    parser.add_argument("--card", action="store_true", help="write README.md and figures.json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    speaker = Speaker.load(options.weights)
    figures = measured(speaker, training_log(options.work))
    print(figures)
    if options.card:
        card.write(options.weights, speaker, figures)


def training_log(work: Path) -> list[dict[str, float]]:
    """The training's reports, where its folder is still there."""
    log = work / "progress.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def measured(speaker: Speaker, log: list[dict[str, float]]) -> card.Figures:
    """Run every evaluation."""
    last = log[-1] if log else {"tokens": 0, "seconds": 0.0}
    losses = [report["loss"] for report in log[-8:]]
    perplexity = {kind: round(value, 4) for kind, value in evaluation.perplexities(speaker).items()}
    return card.Figures(
        tokens=int(last["tokens"]),
        minutes=round(last["seconds"] / 60, 1),
        loss=round(sum(losses) / len(losses), 4) if losses else float("nan"),
        perplexity={str(kind): value for kind, value in perplexity.items()},
        sums=evaluation.right_sums(speaker),
        terms=round(evaluation.known_terms(speaker), 3),
        stories=evaluation.whole_stories(speaker),
    )


if __name__ == "__main__":
    main()
