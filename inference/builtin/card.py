"""The model card: what the weights are, how they were made, and what they can and cannot do."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from inference.builtin import facts
from inference.builtin.acceptance import Acceptance
from inference.builtin.answers import Speaker
from inference.builtin.facts import Facts
from inference.builtin.votes import Votes

SAMPLES = (
    "Write a short story about a fox who lost a lantern.",
    "Why is the sky blue?",
    "What is KV caching?",
    "What is the difference between top-p and top-k?",
    "What is 47 plus 38?",
    "Who are you?",
)
WILD = SAMPLES[:3]
PAGE = Path(__file__).with_suffix(".md").read_text()
MEMBERS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("members.toml").read_text()
)


@dataclass(frozen=True, slots=True)
class Training:
    """The run that made the weights; the loss is the mean over its last steps, in nats a token."""

    tokens: int
    minutes: float
    loss: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run and its evaluation gave; shares are from 0 to 1, perplexity is per token by kind
    of conversation and over `all`.

    `training` is None where weights were rounded and nothing trained, `acceptance` for the model
    that the others are measured against.
    """

    training: Training | None
    perplexity: dict[str, float]
    sums: dict[str, float]
    arithmetic: Votes
    terms: float
    stories: float
    acceptance: Acceptance | None


def write(folder: Path, speaker: Speaker, figures: Figures) -> None:
    """Write README.md and figures.json into the weights' folder."""
    known = facts.of(folder)
    about = MEMBERS[folder.name]
    record = {"name": folder.name, "title": about["title"]} | asdict(known) | asdict(figures)
    (folder / "figures.json").write_text(json.dumps(record, indent=2) + "\n")
    (folder / "README.md").write_text(text(about, known, figures, speaker))


def read(folder: Path) -> dict[str, Any]:
    """The figures of a folder of weights; empty where none were written yet."""
    file = folder / "figures.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


def text(about: dict[str, str], known: Facts, figures: Figures, speaker: Speaker) -> str:
    """The card in Markdown."""
    torch.manual_seed(0)
    calm = [sample(speaker, question, 0.0) for question in SAMPLES]
    wild = [sample(speaker, question, 1.5) for question in WILD]
    return PAGE.format(
        title=about["title"],
        about=about["about"].strip(),
        made=" ".join([about["made"].strip(), *trained(figures.training)]),
        limits=f"{about['limits']} " if "limits" in about else "",
        precision=f"{known.dtype}{PRECISIONS[known.quantization]}",
        millions=known.parameters / 1e6,
        megabytes=known.bytes / 1e6,
        perplexities="\n".join(f"| {kind} | {value:.4f} |" for kind, value in
                               figures.perplexity.items()),
        agreement="\n".join(agreement(figures.acceptance)),
        calm="\n".join(calm),
        wild="\n".join(wild),
        **asdict(known),
        terms=figures.terms,
        stories=figures.stories,
        voted=figures.arithmetic,
        sums=", ".join(f"{share:.0%} of {name}" for name, share in figures.sums.items()),
    )  # fmt: skip


PRECISIONS = {
    "": "",
    "W8A8": ", the layers' weights in eight bits (W8A8)",
    "W4A16": ", the layers' weights in four bits (W4A16)",
}


def trained(training: Training | None) -> list[str]:
    """How long the training was, as a sentence."""
    if training is None:
        return []
    return [
        f"It saw {training.tokens / 1e6:.2f} M tokens in {training.minutes:.0f} minutes; the mean "
        f"loss over the last steps was {training.loss:.3f} nats a token."
    ]


def agreement(acceptance: Acceptance | None) -> list[str]:
    """How near the model is to `small`, as an entry of the list of figures."""
    if acceptance is None:
        return []
    lengths = ", ".join(f"{gained:.2f} with {most} drafted"
                        for most, gained in acceptance.tokens_per_step.items())  # fmt: skip
    return [
        f"- Greedy agreement with `small` over {acceptance.tokens:,} tokens of its answers: "
        f"{acceptance.agreement:.1%}. Speculating for it, a step would yield {lengths} (tokens)."
    ]


def sample(speaker: Speaker, question: str, temperature: float) -> str:
    """A question and its answer as a quotation."""
    answer = speaker.answer(question, temperature=temperature, most=250)
    quoted = "\n".join(f"> {line}".rstrip() for line in answer.split("\n"))
    return f"**{question}**\n\n{quoted}\n"


HEADER = """| Model | Parameters | MB | Perplexity | One sample right | Agreement | Tokens a step |
| --- | --- | --- | --- | --- | --- | --- |"""


def row(folder: Path) -> str:
    """A model's line in the table of the family, under `HEADER`."""
    known = read(folder)
    near = known["acceptance"]
    agreed = f"{near['agreement']:.1%} | {near['tokens_per_step']['3']:.2f}" if near else "– | –"
    return (
        f"| `{known['name']}` | {known['parameters'] / 1e6:.2f} M | {known['bytes'] / 1e6:.2f} "
        f"| {known['perplexity']['all']:.3f} | {known['arithmetic']['one']:.1%} | {agreed} |"
    )
