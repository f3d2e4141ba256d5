"""Training lowers the loss, and goes on from a checkpoint as if it had never stopped."""

from itertools import islice
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from inference.builtin import architecture, tokenizer
from inference.builtin.architecture import Shape
from inference.builtin.batches import Batch, batches, collate, encode
from inference.builtin.corpus import documents
from inference.builtin.muon import orthogonalized
from inference.builtin.training import Trainer, answer_loss, rate_at

TOKENS = 20_000
TINY = Shape(hidden=64, layers=1, inner=64, heads=1, groups=1)


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    return tokenizer.learn(islice(documents(0), 200), vocabulary=600)


@pytest.fixture(scope="module")
def drawn(words: Tokenizer) -> list[Batch]:
    return list(islice(batches(0, words, 512, 256), 24))


def tiny(words: Tokenizer) -> Trainer:
    torch.manual_seed(0)
    size = words.get_vocab_size()
    return Trainer(architecture.build(size, TINY), TOKENS)


def test_it_learns(words: Tokenizer, drawn: list[Batch]) -> None:
    losses = [tiny_run.learn(batch) for tiny_run in [tiny(words)] for batch in drawn]
    assert sum(losses[-4:]) / 4 < losses[0] - 1


def test_it_goes_on_from_a_checkpoint(words: Tokenizer, drawn: list[Batch], tmp_path: Path) -> None:
    whole, stopped, resumed = tiny(words), tiny(words), tiny(words)
    for batch in drawn[:6]:
        last = whole.learn(batch)
    for batch in drawn[:5]:
        stopped.learn(batch)
    stopped.save(tmp_path / "checkpoint.pt")
    resumed.load(tmp_path / "checkpoint.pt")
    assert resumed.learn(drawn[5]) == pytest.approx(last, abs=1e-5)
    assert (resumed.step, resumed.tokens) == (whole.step, whole.tokens)


def test_it_learns_from_answers_alone(words: Tokenizer) -> None:
    document = next(documents(0))
    row = encode(document, words)
    answers = [words.encode(each.content) for each in document.messages if each.role == "assistant"]
    assert len(collate([row]).targets) == sum(len(answer.ids) + 1 for answer in answers)


def test_it_gives_a_row_the_same_loss_beside_a_longer_one(words: Tokenizer) -> None:
    model = tiny(words).model
    short, long = sorted((encode(each, words) for each in islice(documents(5), 2)),
                         key=lambda row: len(row.ids))  # fmt: skip
    alone = [collate([row]) for row in (short, long)]
    losses = [answer_loss(model, batch).item() * len(batch.targets) for batch in alone]
    both = collate([short, long])
    together = answer_loss(model, both).item() * len(both.targets)
    assert together == pytest.approx(sum(losses), rel=1e-4)


def test_it_starts_where_it_is_told(words: Tokenizer) -> None:
    later = next(batches(0, words, 512, 256, start=1024))
    skipped = [each.inputs for each in islice(batches(0, words, 512, 256), 30)]
    assert not any(torch.equal(later.inputs, inputs) for inputs in skipped)


def test_it_brings_singular_values_near_one() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalized(torch.randn(48, 32)))
    assert values.min() > 0.3
    assert values.max() < 1.6


@pytest.mark.parametrize(
    ("tokens", "share"),
    [(0, 0.02), (10_000, 0.5), (500_000, 1.0), (825_000, 0.5), (1_000_000, 0.01)],
)
def test_it_raises_holds_and_lowers_the_rate(tokens: int, share: float) -> None:
    assert rate_at(tokens, 1_000_000) == pytest.approx(share)
