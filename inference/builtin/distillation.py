"""Learning from another model's probabilities in place of the corpus's single next token.

After Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015), at
temperature 1: a draft is accepted the more often, the nearer its distribution is to the target's.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax
from transformers import LlamaForCausalLM

from inference.builtin.batches import Batch
from inference.builtin.training import answer_logits


@dataclass(frozen=True, slots=True)
class Teacher:
    """A trained model that another one, of the same vocabulary, learns from."""

    model: LlamaForCausalLM

    def loss(self, student: LlamaForCausalLM, batch: Batch) -> Tensor:
        """Mean divergence of the student from the teacher over answer tokens, in nats."""
        with torch.no_grad():
            expected = log_softmax(answer_logits(self.model, batch), dim=-1)
        said = log_softmax(answer_logits(student, batch), dim=-1)
        return kl_div(said, expected, reduction="batchmean", log_target=True)
