"""Beam search as vLLM's own server does it, on an engine in this process.

vLLM keeps the search in its server's front end: each step is one request of one token for every
beam. Nothing of the answer is sure before the end, so it comes all at once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from vllm.entrypoints.generate.beam_search.online import BeamSearchOnlineMixin
from vllm.outputs import CompletionOutput, RequestOutput
from vllm.sampling_params import BeamSearchParams

from inference.engines.protocol import SamplingSettings

if TYPE_CHECKING:
    from vllm.v1.engine.async_llm import AsyncLLM


class Aborted(Exception):
    """The search was asked to end between two steps."""


class BeamSearch(BeamSearchOnlineMixin):  # type: ignore[misc]
    """One search. It stands between vLLM's loop and the engine, to end it where it is told to."""

    def __init__(self, llm: AsyncLLM, settings: SamplingSettings) -> None:
        self.aborted = False
        self.renderer = llm.renderer
        self.engine_client = self
        self.input_processor = llm.input_processor
        self._llm = llm
        self._settings = settings

    def generate(self, *args: Any, **options: Any) -> AsyncGenerator[RequestOutput, None]:
        """One token of one beam. Raises Aborted."""
        if self.aborted:
            raise Aborted
        outputs: AsyncGenerator[RequestOutput, None] = self._llm.generate(*args, **options)
        return outputs

    async def search(self, prompt: Any, request_id: str) -> AsyncIterator[RequestOutput]:
        """The likeliest sequence, as the first of the one output's completions."""
        ids: list[int] = prompt["prompt_token_ids"]
        room = self._llm.vllm_config.model_config.max_model_len - len(ids)
        parameters = BeamSearchParams(
            beam_width=self._settings.beam_width,
            max_tokens=min(self._settings.max_tokens, room),
            ignore_eos=self._settings.ignore_eos,
            length_penalty=self._settings.length_penalty,
        )
        try:
            async with aclosing(self.beam_search(prompt, request_id, parameters)) as outputs:
                async for output in outputs:
                    output.outputs[0].stop_reason = None
                    yield output
        except Aborted:
            yield _ended_early(request_id, ids)


def _ended_early(request_id: str, prompt: list[int]) -> RequestOutput:
    nothing = CompletionOutput(0, "", [], None, None, finish_reason="abort")
    return RequestOutput(request_id, None, prompt, None, [nothing], finished=True)
