"""One real engine for all its tests: it takes seconds to start."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from inference.engines.vllm import VLLMEngine
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile
from tests.inference.engines import tiny_model


@pytest.fixture(scope="session")
def tiny_profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """A profile of a random model, served as the built-in one is."""
    folder = tiny_model.make(tmp_path_factory.mktemp("tiny-model"))
    return Profile("tiny", "Tiny", "", "vllm", str(folder), CPU_ARGS, CPU_ENVIRONMENT)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(tiny_profile: Profile) -> AsyncIterator[VLLMEngine]:
    """A running engine, on the session's event loop."""
    built = VLLMEngine(tiny_profile)
    await built.start()
    yield built
    await built.stop()
