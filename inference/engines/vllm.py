"""vLLM inside the worker's own process: its front end here, its EngineCore in a child process."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TYPE_CHECKING, Any

from inference.engines import core_process, vllm_environment
from inference.engines.attention import attention_backend
from inference.engines.protocol import (
    ChatMessage,
    Completed,
    Delta,
    EngineDead,
    EngineDescription,
    EngineError,
    EngineRequest,
)
from inference.engines.revision import model_revision
from inference.engines.vllm_arguments import engine_arguments, flags
from inference.engines.vllm_errors import GONE, translated_errors
from inference.engines.vllm_outputs import OutputReader
from inference.engines.vllm_prompt import ChatPrompt
from inference.engines.vllm_sampling import decoding_arguments, sampling_params
from inference.engines.warmup import warm_up
from inference.profiles import Profile

if TYPE_CHECKING:
    from vllm.outputs import RequestOutput
    from vllm.v1.engine.async_llm import AsyncLLM

    from inference.engines.vllm_beam import BeamSearch

WATCH_INTERVAL = 0.25
"""Seconds between looks at EngineCore, so that a death is noticed with nobody asking."""

SHUTDOWN_TIMEOUT = 5.0
"""Seconds EngineCore has to end by itself."""


BROKEN_OFF = (
    "The engine broke the answer off: the form that it was held to grew beyond what it can follow. "
    "Make the form simpler."
)


class VLLMEngine:
    """Serves one profile with vLLM. See `Engine` for the meaning of the methods."""

    def __init__(self, profile: Profile) -> None:
        self.dead = asyncio.Event()
        self._profile = profile
        self._llm: AsyncLLM | None = None
        self._prompt: ChatPrompt | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._description: EngineDescription | None = None
        self._unsubmitted: dict[str, bool] = {}
        """Requests not yet in vLLM's hands, and whether they were aborted meanwhile."""
        self._searches: dict[str, BeamSearch] = {}

    async def start(self) -> None:
        """Load the model and warm up. Raises EngineError when it cannot be loaded."""
        async with AsyncExitStack() as undoing:
            undoing.push_async_callback(self.stop)
            await self._build()
            vllm_environment.hold()
            await warm_up(self, self._profile.controls)
            undoing.pop_all()
        gc.freeze()  # what vLLM and torch hold is not looked through again, a pause of 0.4 s
        self._watcher = asyncio.create_task(self._watch(), name="vllm-watcher")

    async def generate(self, request: EngineRequest) -> AsyncIterator[Delta | Completed]:
        """Yield what vLLM makes. Leaving early aborts the request."""
        llm, prompt = self._ready()
        reader = OutputReader(
            alternatives=request.settings.logprobs,
            speculative=llm.vllm_config.speculative_config is not None,
            given=len(request.beginning),
        )
        self._unsubmitted[request.request_id] = False
        try:
            ids = await prompt.token_ids(request.messages)
        finally:
            aborted = self._unsubmitted.pop(request.request_id, False)
        if aborted:
            yield reader.aborted(ids)
            return
        begun = prompt.begun(ids, request.beginning)
        prompt.check_fits(begun)
        if request.settings.score_prompt:
            reader.score(await prompt.last_words(request.messages, ids))
        with translated_errors():
            async with aclosing(self._outputs(llm, prompt, request, begun)) as outputs:
                async for output in outputs:
                    if delta := reader.delta(output):
                        yield delta
                    if output.outputs[0].finish_reason == "error":
                        raise EngineError(BROKEN_OFF)
                    if output.finished:
                        yield reader.completed(output)

    async def abort(self, request_id: str) -> None:
        if request_id in self._unsubmitted:
            self._unsubmitted[request_id] = True
        elif request_id in self._searches:
            self._searches[request_id].aborted = True
        elif self._llm is not None and not self._llm.errored:
            await self._llm.abort(request_id)

    async def health(self) -> bool:
        return self._llm is not None and not self.dead.is_set() and not self._llm.errored

    async def restart(self) -> None:
        await self.stop()
        self.dead.clear()
        await self.start()

    async def stop(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        if self._llm is not None:
            _fail_running(self._llm)
            await asyncio.to_thread(self._llm.shutdown, SHUTDOWN_TIMEOUT)
            self._llm = self._prompt = None
            gc.unfreeze()
            gc.collect()

    def describe(self) -> EngineDescription:
        if self._description is None:
            raise EngineError("The engine was not started yet.")
        return self._description

    async def count_tokens(self, messages: tuple[ChatMessage, ...]) -> int:
        _, prompt = self._ready()
        return len(await prompt.token_ids(messages))

    async def _outputs(
        self, llm: AsyncLLM, prompt: ChatPrompt, request: EngineRequest, ids: tuple[int, ...]
    ) -> AsyncGenerator[RequestOutput, None]:
        given = _engine_input(ids, request.cache_salt)
        if request.settings.beam_width == 1:
            parameters = sampling_params(request.settings, prompt.vocabulary)
            async with aclosing(llm.generate(given, parameters, request.request_id)) as outputs:
                async for output in outputs:
                    yield output
            return
        from inference.engines.vllm_beam import BeamSearch

        search = self._searches[request.request_id] = BeamSearch(llm, request.settings)
        try:
            async for output in search.search(given, request.request_id):
                yield output
        finally:
            del self._searches[request.request_id]

    def _ready(self) -> tuple[AsyncLLM, ChatPrompt]:
        if self._llm is None or self._prompt is None or self._llm.errored:
            raise EngineDead(GONE)
        return self._llm, self._prompt

    async def _build(self) -> None:
        """Build on a thread: it takes seconds, and the loop has leases to renew."""
        await asyncio.to_thread(_import, self._profile)
        llm, self._description = await asyncio.to_thread(_load, self._profile)
        self._llm = llm
        self._prompt = ChatPrompt(llm.get_tokenizer(), llm.vllm_config.model_config.max_model_len)

    async def _watch(self) -> None:
        llm = self._llm
        while llm is not None and not llm.errored:
            await asyncio.sleep(WATCH_INTERVAL)
        self.dead.set()


def _import(profile: Profile) -> None:
    """Import vLLM, apart from `_load`: libraries keep the tracebacks of their failed optional
    imports, and with them every frame above, which would keep a stopped engine alive."""
    vllm_environment.prepare(profile)
    ready = core_process.stand_ready(profile)
    vllm_environment.let_go()
    import vllm.v1.engine.async_llm  # noqa: F401

    core_process.fork_cores(ready)

    import inference.engines.vllm_beam  # noqa: F401


def _load(profile: Profile) -> tuple[AsyncLLM, EngineDescription]:
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.v1.engine.async_llm import AsyncLLM

    try:
        revision = model_revision(profile.model)
        arguments = {**decoding_arguments(profile.controls), **engine_arguments(profile)}
        llm = AsyncLLM.from_engine_args(AsyncEngineArgs(**arguments))
    except (ValueError, TypeError, OSError, RuntimeError) as error:
        raise EngineError(f"The model {profile.model} could not be loaded: {error}") from error
    return llm, _description(profile, llm, revision)


def _fail_running(llm: AsyncLLM) -> None:
    """End every stream that is open: vLLM's own shutdown would leave them waiting for ever."""
    from vllm.v1.engine.exceptions import EngineDeadError

    llm.output_processor.propagate_error(EngineDeadError())


def _description(profile: Profile, llm: AsyncLLM, revision: str) -> EngineDescription:
    import vllm
    from vllm.platforms import current_platform

    config = llm.vllm_config
    return EngineDescription(
        engine="vllm",
        version=vllm.__version__,
        model=profile.model,
        model_revision=revision,
        dtype=str(config.model_config.dtype).removeprefix("torch."),
        device=current_platform.device_type,
        context_length=config.model_config.max_model_len,
        max_num_seqs=config.scheduler_config.max_num_seqs,
        flags=flags(profile),
        attention=attention_backend(config),
    )


def _engine_input(prompt: tuple[int, ...], cache_salt: str | None) -> Any:
    from vllm.inputs.engine import tokens_input

    return tokens_input(list(prompt), cache_salt=cache_salt)
