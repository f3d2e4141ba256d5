"""Asking the trained model, without an engine: for evaluation and for the card's samples."""

from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import LlamaForCausalLM

from inference.builtin import quantization
from inference.builtin import tokenizer as chat_tokenizer
from inference.builtin.batches import encode
from inference.builtin.corpus.documents import Document, Message


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model with its tokenizer."""

    model: LlamaForCausalLM
    tokenizer: Tokenizer

    @classmethod
    def load(cls, folder: Path) -> "Speaker":
        """Read the weights of a folder, to compute in single precision."""
        return cls(quantization.load(folder), chat_tokenizer.load(folder))

    def prompt_ids(self, question: str, system: str = "") -> list[int]:
        """The token ids of a question, up to where the assistant begins."""
        messages = (*([Message("system", system)] if system else []), Message("user", question))
        ids = encode(Document("everyday", messages), self.tokenizer).ids
        return [*ids, chat_tokenizer.special_id(self.tokenizer, "<|assistant|>")]

    def answer(
        self, question: str, system: str = "", temperature: float = 0, most: int = 300
    ) -> str:
        """Answer a question; temperature 0 is greedy, and torch's generator draws otherwise."""
        prompt = torch.tensor([self.prompt_ids(question, system)])
        options = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature else {}
        greedy = {"do_sample": False} | options
        with torch.no_grad():
            output: Tensor = self.model.generate(
                prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=most, **greedy
            )
        answer: str = self.tokenizer.decode(output[0, prompt.shape[1] :].tolist())
        return answer
