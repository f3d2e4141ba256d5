"""Prompts are split here exactly as the engine's own tokenizer splits them."""

from dataclasses import replace
from pathlib import Path

import pytest

from inference.profiles import profile
from inference.tokenizing import Untokenizable, context_length, tokenizer_of

CONVERSATIONS = (
    [("user", "What is KV caching?")],
    [("system", "Be brief."), ("user", "Hi"), ("assistant", " Hello.\n"), ("user", "")],
    [("user", "Ein Füchslein 🦊\n\n\tläuft… 17 + 25 <|user|> <b>")],
    [("assistant", "first"), ("assistant", "again")],
)


@pytest.mark.parametrize("turns", CONVERSATIONS)
@pytest.mark.parametrize("name", ["small", "small-int8"])
def test_it_splits_conversations_as_transformers_does(
    name: str, turns: list[tuple[str, str]]
) -> None:
    from transformers import AutoTokenizer

    known = profile("small")
    folder = Path(known.model).with_name(name)
    messages = [{"role": role, "content": content} for role, content in turns]
    reference = AutoTokenizer.from_pretrained(folder).apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=False
    )
    tokenizer = tokenizer_of(replace(known, model=str(folder)))
    assert tokenizer is not None
    assert tokenizer.split(messages)[1].ids == list(reference)
    assert tokenizer.count(messages) == len(reference)


def test_it_splits_a_text_as_transformers_does() -> None:
    from transformers import AutoTokenizer

    known = profile("small")
    text = "  Once upon a time,\n🦊 there was a fox. "
    tokenizer = tokenizer_of(known)
    assert tokenizer is not None
    read, found = tokenizer.split([{"role": "text", "content": text}])
    assert (read, found.ids) == (text, AutoTokenizer.from_pretrained(known.model).encode(text))


def test_it_knows_no_tokenizer_of_a_model_that_is_elsewhere() -> None:
    known = profile("small")
    assert tokenizer_of(replace(known, engine="openai")) is None
    assert tokenizer_of(replace(known, model="nobody/has-this")) is None
    assert tokenizer_of(replace(known, model="/no such folder/of/models")) is None


def test_it_takes_the_context_length_as_the_engine_does() -> None:
    known = profile("small")
    assert context_length(replace(known, engine_args={"max_model_len": 77})) == 77
    assert (context_length(replace(known, engine_args={})) or 0) > 100


def test_it_says_why_a_template_refuses(tmp_path: Path) -> None:
    known = profile("small")
    for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        (tmp_path / name).write_bytes((Path(known.model) / name).read_bytes())
    (tmp_path / "chat_template.jinja").write_text("{{ raise_exception('No system turn.') }}")
    tokenizer = tokenizer_of(replace(known, model=str(tmp_path)))
    assert tokenizer is not None
    with pytest.raises(Untokenizable, match=r"cannot take these messages: No system turn\."):
        tokenizer.count([{"role": "user", "content": "x"}])
