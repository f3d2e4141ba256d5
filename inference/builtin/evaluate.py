"""`python -m inference.builtin.evaluate` measures the models; `--card` writes their cards."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from inference.builtin import acceptance, card, evaluation, votes
from inference.builtin.answers import Speaker
from inference.builtin.card import MEMBERS, Figures, Training
from inference.builtin.corpus import held_out
from inference.builtin.train import WEIGHTS, WORK

MANY_SAMPLES, SAMPLES = 16, 4


def main() -> None:
    """Measure and print."""
    options = arguments()
    if options.table:
        rows = [card.row(options.weights / name) for name in options.names or MEMBERS]
        print(card.HEADER, *rows, sep="\n")
        return
    torch.set_num_threads(options.threads)
    target = Speaker.load(options.weights / "small")
    for name in options.names or MEMBERS:
        folder = options.weights / name
        speaker = Speaker.load(folder)
        training = read_training(options.work / name, folder)
        figures = measured(speaker, training, None if name == "small" else target)
        print(json.dumps({"name": name} | asdict(figures), indent=2), flush=True)
        if options.card:
            card.write(folder, speaker, figures)


def read_training(work: Path, folder: Path) -> Training | None:
    """The run that made the weights: from its log, or from the card written before."""
    log = work / "progress.jsonl"
    if not log.exists():
        known = card.read(folder).get("training")
        return Training(**known) if known else None
    reports = [json.loads(line) for line in log.read_text().splitlines()]
    losses = [report["loss"] for report in reports[-8:]]
    minutes = round(reports[-1]["seconds"] / 60, 1)
    return Training(reports[-1]["tokens"], minutes, round(sum(losses) / len(losses), 4))


def measured(speaker: Speaker, training: Training | None, target: Speaker | None) -> Figures:
    """Run every evaluation; agreement is measured with the target's answers."""
    split = held_out.load()
    return Figures(
        training=training,
        perplexity=evaluation.perplexities(speaker, split),
        sums=evaluation.sums(speaker),
        arithmetic=votes.voted(speaker, votes.problems(), SAMPLES if target else MANY_SAMPLES),
        terms=round(evaluation.known_terms(speaker), 3),
        stories=evaluation.whole_stories(speaker),
        acceptance=acceptance.measured(target, speaker, split[::4]) if target else None,
    )


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(MEMBERS)}; all if none")
    parser.add_argument("--weights", type=Path, default=WEIGHTS.parent)
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--card", action="store_true", help="write README.md and figures.json")
    parser.add_argument("--table", action="store_true", help="print what the cards say, in brief")
    return parser.parse_args()


if __name__ == "__main__":
    main()
