"""The model card: what the weights are, how they were made, and what they can and cannot do."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from inference.builtin.answers import Speaker

SAMPLES = (
    "Write a short story about a fox who lost a lantern.",
    "Why is the sky blue?",
    "What is KV caching?",
    "What is the difference between top-p and top-k?",
    "What is 47 plus 38?",
    "Who are you?",
)
WILD = SAMPLES[:3]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run and its evaluation gave; shares are from 0 to 1, perplexity is per token."""

    tokens: int
    minutes: float
    loss: float
    perplexity: dict[str, float]
    sums: float
    terms: float
    stories: float


def revision(folder: Path) -> str:
    """SHA-256 of the weights' file."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def write(folder: Path, speaker: Speaker, figures: Figures) -> None:
    """Write README.md and figures.json into the weights' folder."""
    parameters = sum(weight.numel() for weight in speaker.model.parameters())
    facts = asdict(figures) | {"parameters": parameters, "sha256": revision(folder)}
    (folder / "figures.json").write_text(json.dumps(facts, indent=2) + "\n")
    (folder / "README.md").write_text(text(speaker, figures, parameters, revision(folder)))


def text(speaker: Speaker, figures: Figures, parameters: int, sha256: str) -> str:
    """The card in Markdown."""
    torch.manual_seed(0)
    calm = [sample(speaker, question, 0.0) for question in SAMPLES]
    wild = [sample(speaker, question, 1.5) for question in WILD]
    rows = [f"| {kind} | {value:.3f} |" for kind, value in figures.perplexity.items()]
    return PAGE.format(
        parameters=parameters / 1e6, sha256=sha256, tokens=figures.tokens / 1e6,
        minutes=figures.minutes, loss=figures.loss, perplexity="\n".join(rows), sums=figures.sums,
        terms=figures.terms, stories=figures.stories, calm="\n".join(calm), wild="\n".join(wild),
    )  # fmt: skip


def sample(speaker: Speaker, question: str, temperature: float) -> str:
    """A question and its answer as a quotation."""
    answer = speaker.answer(question, temperature=temperature, most=250)
    quoted = "\n".join(f"> {line}".rstrip() for line in answer.split("\n"))
    return f"**{question}**\n\n{quoted}\n"


PAGE = """# The built-in model

A Llama of {parameters:.2f} M parameters (4 layers, width 256, 4 query and 2 key-value heads of 64,
tied embeddings) with a byte-level BPE of 4,096 tokens, single digits, a context of 1,024 and
weights in bfloat16. It exists so that the playground works with no GPU and no download: greedy it
writes plain, correct English on what it knows, and at temperature 1.5 it falls apart.

SHA-256 of `model.safetensors`: `{sha256}`

## Data and training

Everything it read was made by `inference.builtin.corpus` from a seed: short stories with a cast
that stays the same, everyday questions, a glossary of LLM inference, sums with worked steps,
conversations of several of these, and, after 44,032 documents, small tasks of copying and of
keeping who has what apart. No other text was used.

It was trained on {tokens:.2f} M tokens in {minutes:.0f} minutes on two shared CPU cores by
`python -m inference.builtin.train`, stopped and resumed on the way, in single precision, with Muon
for the layers and AdamW for the rest, on the answers alone. The mean loss over the last steps was
{loss:.3f} nats a token.

## Figures

Answers of fresh conversations from a seed that training never used. They are made from the same
templates; stories differ by their cast and the lines drawn.

| Kind | Perplexity |
| --- | --- |
{perplexity}

- Sums and differences of up to two digits that were kept from training, and products of up to
  twelve that were not: {sums:.0%} of 100 right.
- Terms of the glossary for which "What is …?" begins with a sentence of the glossary: {terms:.0%}.
- Stories that end, keep the hero that was asked for and name exactly two characters:
  {stories:.0%} of 20.

## Greedy

{calm}
## Temperature 1.5

{wild}
## Limits

It knows its corpus and nothing else. Now and then it gives both characters of a story one name, and
it gets a good part of all sums wrong. It follows no instruction outside its corpus, speaks only
English, cannot reason, and may answer a question that it does not know as if it were one that it
does. Sums of more than three digits are beyond it. Do not judge by it what larger models can do.
"""
