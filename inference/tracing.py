"""One request id and, where it is configured, one trace from the click to the last token.

The id is on every log line (structlog's context variables), in the generation's row, in the
headers of its task, and at the head of the engine's own request id. Traces are OpenTelemetry's and
cost nothing unless OTEL_EXPORTER_OTLP_ENDPOINT is set. Neither ever holds a prompt or an answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import structlog

from inference.engines.protocol import Timings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

log = structlog.get_logger(__name__)
REQUEST_ID, TRACEPARENT = CARRIED = ("request_id", "traceparent")
_tracer: Tracer | None = None


def request_id() -> str:
    """The id of the request at hand; "" outside of any."""
    return str(structlog.contextvars.get_contextvars().get(REQUEST_ID, ""))


# --- spans ----------------------------------------------------------------------------------------


def start(service: str) -> None:
    """Send this process's spans where the environment says, if it says."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("no traces: install opentelemetry-sdk and opentelemetry-exporter-otlp")
        return
    install(service, BatchSpanProcessor(OTLPSpanExporter()))


def install(service: str, processor: SpanProcessor) -> None:
    """Hand the spans of this process to `processor`."""
    global _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.name": f"playground-{service}"}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("playground")


def remove() -> None:
    """Make no more spans."""
    global _tracer
    _tracer = None


def span(name: str, **attributes: str | int) -> AbstractContextManager[Any]:
    """A span around a block, child of the one at hand. An error's words stay out of it."""
    if _tracer is None:
        return nullcontext()
    if id := request_id():
        attributes["playground.request_id"] = id
    return _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    )


def stages(timings: Timings, gaps_us: list[int]) -> None:
    """Spans for queue, prefill and decode, which the engine told of when they were over.

    They are laid back from now by their lengths: the engine's clock is not this process's.
    """
    if _tracer is None:
        return
    decode = timings.decode if timings.decode is not None else sum(gaps_us) / 1e6
    lengths = (("decode", decode), ("prefill", timings.prefill), ("queue", timings.queue))
    end = time.time_ns()
    for name, seconds in lengths:
        if seconds is None:
            continue
        begin = end - round(seconds * 1e9)
        _tracer.start_span(name, start_time=begin).end(end_time=end)
        end = begin


# --- from process to process ----------------------------------------------------------------------


def carried() -> dict[str, str]:
    """What a task takes along as headers: the request id, and the span it was sent from."""
    headers: dict[str, str] = {}
    if known := request_id():
        headers[REQUEST_ID] = known
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)
    return headers


@contextmanager
def continued(headers: Mapping[str, Any]) -> Iterator[None]:
    """Go on with what was carried here, for the time of a block."""
    known = {REQUEST_ID: str(headers[REQUEST_ID])} if headers.get(REQUEST_ID) else {}
    with structlog.contextvars.bound_contextvars(**known), _attached(headers):
        yield


@contextmanager
def _attached(headers: Mapping[str, Any]) -> Iterator[None]:
    if _tracer is None or not headers.get(TRACEPARENT):
        yield
        return
    from opentelemetry import context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {TRACEPARENT: str(headers[TRACEPARENT])}
    token = context.attach(TraceContextTextMapPropagator().extract(carrier))
    try:
        yield
    finally:
        context.detach(token)
