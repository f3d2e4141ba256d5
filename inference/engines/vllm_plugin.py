"""Mends faults of vLLM, most of them on a processor, from outside and for one version.

vLLM calls `mend` in every process it starts, through the entry point that packaging/vllm-metadata
declares. All were found in 0.32.0; a test for each fails when a newer version has mended it, and
then that mend goes.

- Speculation: each guess must be judged by the model's distribution after temperature, top-p and
  top-k, or the answers are no longer drawn from it (Leviathan, Kalman, Matias: Fast Inference from
  Transformers via Speculative Decoding, https://arxiv.org/abs/2211.17192). These values were left
  unwritten, and a step without any guess ended the engine.
- A seeded request whose prompt is read over several steps ended the engine.
- The text of an answer that begins within a character (`vllm_text.py`), and four-bit weights
  (`vllm_four_bits.py`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from inference.engines.vllm_four_bits import mend_four_bits
from inference.engines.vllm_text import streaming_from_whole_characters

if TYPE_CHECKING:
    import torch

MENDED = "0.32.0"
KERNELS = "vllm.utils.cpu_triton_utils"
SAMPLER = "vllm.v1.sample.ops.topk_topp_sampler"
RUNNER = "vllm.v1.worker.cpu_model_runner"
DETOKENIZER = "vllm.v1.engine.detokenizer"


def mend() -> None:
    """Replace the functions. Does nothing in another version, and nothing the second time."""
    if not _is_mended_version():
        return
    kernels: Any = import_module(KERNELS)
    sampler: Any = import_module(SAMPLER)
    kernels._expand_kernel_impl = expand
    _replace(sampler, "apply_top_k_only", _top_k_of_some)
    detokenizer: Any = import_module(DETOKENIZER).FastIncrementalDetokenizer
    _replace(detokenizer, "__init__", streaming_from_whole_characters)
    if multiprocessing.parent_process() is not None:
        mend_runner()


def mend_runner() -> None:
    """What only the engine's own process needs: it is much to import for the others."""
    runner: Any = import_module(RUNNER).CPUModelRunner
    _replace(runner, "_bookkeeping_sync", _rewinding_by_hand)
    mend_four_bits()


def _replace(holder: Any, name: str, wrapped: Callable[[Any], Any]) -> None:
    upstream = getattr(holder, name)
    if not hasattr(upstream, "upstream"):
        mended = wrapped(upstream)
        mended.upstream = upstream
        setattr(holder, name, mended)


def _is_mended_version() -> bool:
    try:
        return version("vllm").split("+")[0] == MENDED
    except PackageNotFoundError:
        return False


def expand(
    output: torch.Tensor,
    input_val: torch.Tensor,
    cu_num_tokens: torch.Tensor,
    replace_from: float,
    replace_to: float,
    *_launch: object,
) -> None:
    """Write each request's value to all of its tokens, as the GPU's kernel does.

    output: [tokens], input_val: [requests], of one type; cu_num_tokens: [requests], the tokens up
    to and with each request. Values equal to `replace_from` are written as `replace_to`. vLLM's own
    stand-in writes to a copy in 64-bit integers: the output stays as it was allocated.
    """
    counts = cu_num_tokens.diff(prepend=cu_num_tokens.new_zeros(1))
    values = input_val.masked_fill(input_val == replace_from, replace_to)
    output.copy_(values.repeat_interleave(counts.long()))


def _top_k_of_some(upstream: Any) -> Any:
    """vLLM's function, left out for a step in which no request has a guess: it takes the largest k
    of all rows, and there are none."""

    def apply_top_k_only(logits: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
        return upstream(logits, k) if len(logits) else logits

    return apply_top_k_only


def _rewinding_by_hand(upstream: Any) -> Any:
    """vLLM's function, with the generators of those requests out of its sight whose draw is thrown
    away, since their prompt is not read to its end: it would rewind them as a GPU's are rewound,
    and a processor's have no offset. They are rewound here, by drawing anew what counted."""

    def _bookkeeping_sync(self: Any, *arguments: Any, **named: Any) -> Any:
        batch = self.input_batch
        discarded = self.discard_request_mask.np[: batch.num_reqs].nonzero()[0].tolist()
        hidden = {place: batch.generators.pop(place) for place in discarded
                  if place in batch.generators}  # fmt: skip
        for place, generator in hidden.items():
            rewind(generator, len(self.requests[batch.req_ids[place]].output_token_ids))
        try:
            return upstream(self, *arguments, **named)
        finally:
            batch.generators.update(hidden)

    return _bookkeeping_sync


def rewind(generator: torch.Generator, draws: int) -> None:
    """Bring a generator to where it stood after so many tokens: vLLM's sampler for processors draws
    one seed below 2**31 for each."""
    import torch

    generator.manual_seed(generator.initial_seed())
    torch.randint(0, 2**31, (draws,), generator=generator, dtype=torch.long)
