"""vLLM's exceptions as the protocol's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inference.engines.protocol import EngineDead, EngineError, InvalidRequest

GONE = "The engine stopped unexpectedly and is being restarted."


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise EngineDead, InvalidRequest or EngineError for what vLLM raises inside."""
    from vllm.exceptions import GracefulHTTPError, VLLMClientError
    from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

    try:
        yield
    except EngineDeadError as error:
        raise EngineDead(GONE) from error
    except (VLLMClientError, ValueError) as error:
        raise InvalidRequest(str(error)) from error
    except (EngineGenerateError, GracefulHTTPError) as error:
        raise EngineError(f"The engine could not answer: {error.__cause__ or error}") from error
