"""Turns vLLM's outputs into the protocol's, by value.

vLLM hands out one mutable metrics object for all outputs of a request, and joins outputs for a
consumer that lags; so values are copied at once, and tokens are counted by their ids.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inference.engines.protocol import (
    Completed,
    Delta,
    FinishReason,
    Scored,
    Speculated,
    Timings,
    TokenLogprob,
)

if TYPE_CHECKING:
    from vllm.outputs import RequestOutput

LEAST_LOGPROB = -1e4
"""Stands for minus infinity where a number is needed."""

FINISH_REASONS: Mapping[str, FinishReason] = {
    "stop": "stop",
    "repetition": "stop",
    "length": "length",
    "abort": "abort",
}


class OutputReader:
    """Reads the outputs of one request, in order.

    Without speculation every step makes one token, so the ordinal of the step is the number of
    tokens so far, also when several steps were joined. With it, tokens of one output are one step.
    The last `given` tokens of what vLLM was handed as the prompt are the answer's.
    """

    def __init__(self, *, alternatives: int | None, speculative: bool, given: int = 0) -> None:
        self._alternatives = alternatives
        self._speculative = speculative
        self._given = given
        self._wanted: range | None = None
        self._scored: Scored | None = None
        self._arrived = time.monotonic()
        self._first_token: float | None = None
        self._tokens = 0
        self._step = 0

    def score(self, wanted: range) -> None:
        """Keep the log-probabilities of these of the prompt's tokens."""
        self._wanted = wanted

    def delta(self, output: RequestOutput) -> Delta | None:
        """What `output` adds, or None when it adds nothing (an abort, a bare end)."""
        completion = output.outputs[0]
        ids = tuple(completion.token_ids)
        if self._wanted is not None and output.prompt_logprobs:  # once, with the first output
            self._scored = _scored(self._wanted, output)
        if not ids and not completion.text:
            return None
        if ids and self._first_token is None:
            self._first_token = time.monotonic()
        self._tokens += len(ids)
        self._step += (1 if self._speculative else len(ids)) if ids else 0
        return Delta(
            text=completion.text,
            token_ids=ids,
            step=max(self._step, 1),
            at=output.metrics.last_token_ts if output.metrics else time.monotonic(),
            logprobs=self._logprobs(ids, completion.logprobs),
        )

    def completed(self, output: RequestOutput) -> Completed:
        """The end of the request, from its last output."""
        completion = output.outputs[0]
        prompt = tuple(output.prompt_token_ids or ())
        return Completed(
            finish_reason=FINISH_REASONS.get(completion.finish_reason or "", "error"),
            stop_reason=completion.stop_reason,
            prompt_tokens=len(prompt),
            cached_tokens=output.num_cached_tokens or 0,
            output_tokens=self._tokens,
            prompt_token_ids=prompt[: len(prompt) - self._given],
            timings=self._timings(output.metrics),
            speculated=_speculated(completion.spec_decode_metrics),
            scored=self._scored,
        )

    def aborted(self, prompt: tuple[int, ...]) -> Completed:
        """The end of a request that was aborted before the engine had it."""
        nothing = Timings(queue=None, prefill=None, decode=None, ttft=None)
        return Completed("abort", None, len(prompt), 0, 0, prompt, nothing)

    def _timings(self, stats: Any) -> Timings:
        ttft = None if self._first_token is None else self._first_token - self._arrived
        if stats is None:
            return Timings(queue=None, prefill=None, decode=None, ttft=ttft)
        return Timings(
            queue=_between(stats.queued_ts, stats.scheduled_ts),
            prefill=_between(stats.scheduled_ts, stats.first_token_ts),
            decode=_between(stats.first_token_ts, stats.last_token_ts),
            ttft=ttft,
        )

    def _logprobs(self, ids: tuple[int, ...], positions: Any) -> tuple[TokenLogprob, ...]:
        if self._alternatives is None or not positions:
            return ()
        return tuple(
            _token_logprob(token_id, position, self._alternatives)
            for token_id, position in zip(ids, positions, strict=False)
        )


def _between(start: float, end: float) -> float | None:
    """Seconds between two monotonic stamps of the engine; a stamp not reached yet is 0."""
    return end - start if start and end else None


def _speculated(found: Any) -> Speculated | None:
    """vLLM tells at the end of a request; of an aborted one it tells nothing."""
    if found is None:
        return None
    return Speculated(tuple(found.per_step_drafted), tuple(found.per_step_accepted))


def _scored(wanted: range, output: RequestOutput) -> Scored:
    ids, positions = output.prompt_token_ids or (), output.prompt_logprobs or ()
    logprobs = [positions[place][ids[place]].logprob for place in wanted]
    return Scored(wanted.start, tuple(max(logprob, LEAST_LOGPROB) for logprob in logprobs))


def _token_logprob(token_id: int, position: Mapping[int, Any], alternatives: int) -> TokenLogprob:
    """`position` holds the likeliest tokens, and the chosen one even when it is not among them."""
    chosen = position[token_id]
    likeliest = sorted(position.items(), key=lambda item: item[1].rank)
    return TokenLogprob(
        token_id=token_id,
        text=chosen.decoded_token or "",
        logprob=chosen.logprob,
        rank=chosen.rank,
        top=tuple(
            (other_id, other.decoded_token or "", other.logprob)
            for other_id, other in likeliest
            if other.rank <= alternatives
        ),
    )
