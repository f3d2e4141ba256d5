"""Pruning leaves out the channels that carry least, and nothing else."""

from itertools import islice

import pytest
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from inference.builtin import architecture, tokenizer
from inference.builtin.architecture import Shape
from inference.builtin.batches import Batch, batches
from inference.builtin.corpus import documents
from inference.builtin.pruning import importance, pruned

TINY = Shape(hidden=64, layers=2, inner=32, heads=1, groups=1)
DEAD = [3, 7, 20]


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    return tokenizer.learn(islice(documents(0), 100), vocabulary=400)


@pytest.fixture(scope="module")
def seen(words: Tokenizer) -> list[Batch]:
    return list(islice(batches(0, words, 512, 256), 2))


@pytest.fixture
def model(words: Tokenizer) -> LlamaForCausalLM:
    """A model with three channels of each layer that nothing reads."""
    torch.manual_seed(0)
    made = architecture.build(words.get_vocab_size(), TINY)
    for layer in made.model.layers:
        layer.mlp.down_proj.weight.data[:, DEAD] = 0
    return made


def test_it_finds_channels_that_nothing_reads(model: LlamaForCausalLM, seen: list[Batch]) -> None:
    for weights in importance(model, seen):
        assert (weights == 0).nonzero().flatten().tolist() == DEAD


def test_it_answers_as_before_without_them(model: LlamaForCausalLM, seen: list[Batch]) -> None:
    smaller = pruned(model, seen, TINY.inner - len(DEAD))
    ids = seen[0].inputs
    with torch.no_grad():
        assert torch.allclose(smaller(ids).logits, model(ids).logits, atol=1e-5)
    assert smaller.config.intermediate_size == TINY.inner - len(DEAD)


def test_it_leaves_the_given_model_whole(model: LlamaForCausalLM, seen: list[Batch]) -> None:
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    pruned(model, seen, 16)
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
