"""The filters that the engine itself runs, on whole logits: which tokens may still be drawn."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from vllm import SamplingParams
from vllm.v1.sample.logits_processor import BatchUpdate
from vllm.v1.sample.logits_processor.builtin import MinPLogitsProcessor
from vllm.v1.sample.ops.topk_topp_sampler import apply_top_k_top_p_pytorch
from vllm.v1.sample.sampler import Sampler

from inference.analysis.what_if import Filters
from tests.inference.analysis.distributions import Floats


def probabilities(logits: Floats, filters: Filters) -> tuple[NDArray[np.bool_], Floats]:
    """Of each token of the vocabulary whether it is still in, and what it is drawn with."""
    row = torch.tensor(logits, dtype=torch.float32).unsqueeze(0)
    row = Sampler.apply_temperature(row, torch.tensor([filters.temperature]), all_random=True)
    row = _min_p(row, filters.min_p)
    k = torch.tensor([filters.top_k]) if 0 < filters.top_k < row.shape[1] else None
    p = torch.tensor([filters.top_p]) if filters.top_p < 1 else None
    row = apply_top_k_top_p_pytorch(row, k, p, allow_cpu_sync=True)
    return row.isfinite().squeeze(0).numpy(), row.softmax(-1).squeeze(0).double().numpy()


def _min_p(row: torch.Tensor, min_p: float) -> torch.Tensor:
    config: Any = SimpleNamespace(scheduler_config=SimpleNamespace(max_num_seqs=1))
    processor = MinPLogitsProcessor(config, torch.device("cpu"), is_pin_memory=False)
    parameters = SamplingParams(min_p=min_p)
    added = [(0, parameters, None, [])]
    processor.update_state(BatchUpdate(batch_size=1, removed=[], added=added, moved=[]))
    return processor.apply(row)
