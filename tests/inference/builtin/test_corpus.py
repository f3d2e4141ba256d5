"""The corpus is the same from the same seed, and whole."""

from itertools import islice
from random import Random

import pytest

from inference.builtin.corpus import (
    LATER,
    SHARES,
    arithmetic,
    documents,
    draw,
    glossary,
    stories,
    tracking,
)
from inference.builtin.corpus.documents import Kind
from inference.builtin.corpus.grammar import article, expand
from inference.builtin.corpus.styles import one_sentence


def test_it_draws_the_same_documents_from_the_same_seed() -> None:
    assert list(islice(documents(3), 200)) == list(islice(documents(3), 200))
    assert list(islice(documents(3), 20)) != list(islice(documents(4), 20))


@pytest.mark.parametrize("kind", SHARES)
def test_it_leaves_no_slot_open(kind: Kind) -> None:
    rng = Random(0)
    drawn = [draw(kind, rng) for _ in range(200)]
    texts = [message.content for document in drawn for message in document.messages]
    assert all(text and not set(text) & set("{}[]") for text in texts)


def test_it_shares_the_corpus_out_whole() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    assert sum(LATER.values()) == pytest.approx(1)


def test_it_asks_for_facts_that_were_told() -> None:
    rng = Random(0)
    asked = [tracking.asked(rng) for _ in range(100)]
    names = [exchange.answer.split()[0] for exchange in asked]
    assert all(name in exchange.question for name, exchange in zip(names, asked, strict=True))


def test_it_ends_every_document_with_the_assistant() -> None:
    assert all(each.messages[-1].role == "assistant" for each in islice(documents(1), 300))


def test_it_keeps_a_storys_cast() -> None:
    names = set(stories.CAST["girls"] + stories.CAST["boys"])
    for seed in range(100):
        story, slots = stories.told(Random(seed))
        words = {word.strip(".,!?\"'").removesuffix("'s") for word in story.answer.split()}
        assert slots["hero"] in words
        assert words & names <= {slots["hero"], slots["friend"]}


@pytest.mark.parametrize(
    ("a", "b", "operator", "answer"),
    [
        (38, 86, "+", "Ones: 8 + 6 = 14, write 4, carry 1. Tens: 3 + 8 + 1 = 12, write 2, carry 1. "
                      "So 38 + 86 = 124."),
        (40, 7, "-", "Ones: borrow 1, 10 - 7 = 3. Tens: 3 - 0 = 3. So 40 - 7 = 33."),
        (12, 4, "*", "10 x 4 = 40. 2 x 4 = 8. So 12 x 4 = 48."),
        (2, 3, "+", "2 + 3 = 5."),
    ],
)  # fmt: skip
def test_it_works_sums_out(a: int, b: int, operator: arithmetic.Operator, answer: str) -> None:
    assert arithmetic.worked(a, b, operator) == answer


def test_it_keeps_some_sums_from_training() -> None:
    rng = Random(0)
    pairs = [arithmetic.draw_pair(rng, "+") for _ in range(500)]
    assert not any(arithmetic.held_out(*pair) for pair in pairs)
    assert arithmetic.held_out(*arithmetic.draw_pair(rng, "+", kept=True))


def test_it_explains_sixty_terms_in_two_ways_each() -> None:
    assert len(glossary.TERMS) >= 60
    assert all(len(term.what) >= 2 and term.why for term in glossary.TERMS)


def test_it_compares_only_terms_that_it_explains() -> None:
    names = {term.name for term in glossary.TERMS}
    assert {name for pair in glossary.COMPARISONS for name in (pair.a, pair.b)} <= names


def test_it_expands_nested_choices_and_slots() -> None:
    drawn = {expand("[a|b[c|d]] {x}", Random(seed), {"x": "!"}) for seed in range(40)}
    assert drawn == {"a !", "bc !", "bd !"}


def test_it_answers_in_one_sentence_when_told() -> None:
    assert one_sentence("Tea is hot. It is wet.", Random(0)) == "Tea is hot."


@pytest.mark.parametrize(("noun", "with_article"), [("owl", "an owl"), ("unicorn", "a unicorn")])
def test_it_chooses_the_article(noun: str, with_article: str) -> None:
    assert article(noun) == with_article
