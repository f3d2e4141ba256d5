"""A student that learns from a teacher comes nearer to it."""

from itertools import islice

import pytest
import torch
from tokenizers import Tokenizer

from inference.builtin import architecture, tokenizer
from inference.builtin.architecture import Shape
from inference.builtin.batches import batches
from inference.builtin.corpus import documents
from inference.builtin.distillation import Teacher
from inference.builtin.training import Trainer, answer_logits

TINY = Shape(hidden=64, layers=1, inner=64, heads=1, groups=1)


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    return tokenizer.learn(islice(documents(0), 100), vocabulary=400)


def test_it_comes_nearer_to_its_teacher(words: Tokenizer) -> None:
    torch.manual_seed(0)
    teacher, student = (architecture.build(words.get_vocab_size(), TINY) for _ in range(2))
    teacher.lm_head.weight.data *= 20
    trainer = Trainer(student, 20_000, loss=Teacher(teacher).loss)
    losses = [trainer.learn(batch) for batch in islice(batches(0, words, 512, 256), 24)]
    assert sum(losses[-4:]) / 4 < 0.8 * losses[0]


def test_it_has_no_loss_when_it_is_its_teacher(words: Tokenizer) -> None:
    torch.manual_seed(0)
    model = architecture.build(words.get_vocab_size(), TINY)
    batch = next(batches(0, words, 512, 256))
    assert Teacher(model).loss(model, batch).item() == pytest.approx(0, abs=1e-6)


def test_it_measures_the_divergence_of_a_token(words: Tokenizer) -> None:
    torch.manual_seed(0)
    teacher, student = (architecture.build(words.get_vocab_size(), TINY) for _ in range(2))
    batch = next(batches(0, words, 512, 256))
    with torch.no_grad():
        p, q = (answer_logits(model, batch).softmax(-1) for model in (teacher, student))
    expected = (p * (p / q).log()).sum(-1).mean().item()
    assert Teacher(teacher).loss(student, batch).item() == pytest.approx(expected, rel=1e-3)
