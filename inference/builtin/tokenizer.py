"""The built-in model's tokenizer: byte-level BPE with single digits, and a chat template.

Digits are tokens of their own so that sums line up column by column. Bytes are the alphabet, so any
text comes back exactly as it went in.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from inference.builtin.corpus.documents import Document

VOCABULARY = 4096
PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIAL = (PAD, BEGIN, END, *ROLES)
TEMPLATE = Path(__file__).with_name("chat.jinja").read_text()


def learn(documents: Iterable[Document], vocabulary: int = VOCABULARY) -> Tokenizer:
    """Train the merges on the corpus."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = (message.content for document in documents for message in document.messages)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a special token."""
    number: int | None = tokenizer.token_to_id(token)
    assert number is not None, f"{token} is not in the vocabulary"
    return number


def load(folder: Path) -> Tokenizer:
    """Read a saved tokenizer."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def save(tokenizer: Tokenizer, folder: Path, context: int) -> None:
    """Write the files that transformers and vLLM read."""
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": PAD,
        "additional_special_tokens": list(ROLES),
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
        "chat_template": TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
