"""The tokenizer loses nothing, keeps digits apart, and lays chats out as training does."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from tokenizers import Tokenizer

from inference.builtin import tokenizer as chat_tokenizer
from inference.builtin.batches import encode
from inference.builtin.corpus.documents import Document, Message

WEIGHTS = Path(chat_tokenizer.__file__).parent / "weights" / "small"
WORDS = chat_tokenizer.load(WEIGHTS)
TALK = (Message("system", "Be brief."), Message("user", "Hi 12"), Message("assistant", "Hello!"))


@pytest.fixture
def words() -> Tokenizer:
    return WORDS


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_it_returns_any_text_as_it_was(text: str) -> None:
    assert WORDS.decode(WORDS.encode(text).ids, skip_special_tokens=False) == text


def test_it_makes_every_digit_a_token(words: Tokenizer) -> None:
    assert words.encode("1234").tokens == ["1", "2", "3", "4"]


def test_it_has_the_vocabulary_and_special_tokens(words: Tokenizer) -> None:
    assert words.get_vocab_size() == chat_tokenizer.VOCABULARY
    assert [words.id_to_token(index) for index in range(6)] == list(chat_tokenizer.SPECIAL)


def rendered(messages: tuple[Message, ...], *, ask: bool) -> str:
    template = Environment().from_string((WEIGHTS / "chat_template.jinja").read_text())
    turns = [{"role": each.role, "content": each.content} for each in messages]
    return template.render(messages=turns, bos_token="<|begin|>", add_generation_prompt=ask)


def test_it_renders_system_user_and_assistant() -> None:
    assert rendered(TALK, ask=False) == (
        "<|begin|><|system|>Be brief.<|end|><|user|>Hi 12<|end|><|assistant|>Hello!<|end|>"
    )
    assert rendered(TALK[:2], ask=True).endswith("<|user|>Hi 12<|end|><|assistant|>")


def test_it_lays_a_chat_out_as_training_does(words: Tokenizer) -> None:
    ids = encode(Document("everyday", TALK), words).ids
    assert words.encode(rendered(TALK, ask=False)).ids == ids
