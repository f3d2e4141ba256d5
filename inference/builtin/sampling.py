"""Drawing many answers at once, without an engine."""

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

from inference.builtin.answers import Speaker
from inference.builtin.tokenizer import END, special_id

Ids = list[int]
ROWS = 256


def answers(
    speaker: Speaker, prompts: Sequence[Ids], temperature: float = 0, most: int = 300
) -> list[Ids]:
    """One answer to each prompt, without its end token; temperature 0 is greedy.

    Prompts of one length go through the model together, so that none needs padding. The draws are
    those of torch's generator.
    """
    alike: dict[int, list[int]] = defaultdict(list)
    for index, prompt in enumerate(prompts):
        alike[len(prompt)].append(index)
    end = special_id(speaker.tokenizer, END)
    result: list[Ids] = [[] for _ in prompts]
    groups = [each[at : at + ROWS] for each in alike.values() for at in range(0, len(each), ROWS)]
    for indices in groups:
        rows = torch.tensor([prompts[index] for index in indices])
        for index, row in zip(indices, drawn(speaker, rows, temperature, most), strict=True):
            result[index] = row[: row.index(end)] if end in row else row
    return result


@torch.no_grad()
def drawn(speaker: Speaker, rows: Tensor, temperature: float, most: int) -> list[Ids]:
    """The next tokens of rows of one length; what follows an end token means nothing.

    Rows that ended go on beside the others, until half of them have and all those are left out.
    """
    end, cache = special_id(speaker.tokenizer, END), None
    going, alive = torch.arange(len(rows)), torch.ones(len(rows), dtype=torch.bool)
    result: list[Ids] = [[] for _ in rows]
    for _ in range(most):
        output = speaker.model(rows, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache, rows = output.past_key_values, chosen(output.logits[:, -1], temperature)
        for index, token in zip(going.tolist(), rows[:, 0].tolist(), strict=True):
            result[index].append(token)
        alive &= rows[:, 0] != end
        if not alive.any():
            break
        if 2 * int(alive.sum()) <= len(alive):
            cache.batch_select_indices(alive.nonzero()[:, 0])
            going, rows, alive = going[alive], rows[alive], alive[alive]
    return result


def chosen(logits: Tensor, temperature: float) -> Tensor:
    """One token a row, (rows, 1), where a uniform number falls in the cumulated probabilities."""
    if not temperature:
        return logits.argmax(dim=-1, keepdim=True)
    summed = (logits / temperature).softmax(dim=-1).cumsum(dim=-1)
    drawn = torch.rand(len(logits), 1) * summed[:, -1:]
    return torch.searchsorted(summed, drawn, right=True).clamp(max=logits.shape[-1] - 1)
