"""Structured logs. Prompts, keys, headers and paths are never bound to a log line."""

import logging
import logging.config

import structlog
from structlog.typing import EventDict, Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _request_of_record(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Django tells of a failed request when its context is over; the request still has its id."""
    request = getattr(event.get("_record"), "request", None)
    if (id := getattr(request, "request_id", None)) is not None:
        event.setdefault("request_id", id)
    return event


class RouteInsteadOfPath(logging.Filter):
    """Django names the path of a request that failed. Tokens of links and invitations stand in
    paths, so what is logged is the pattern that the path matched."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "an address that is not served"
            record.args = tuple(route if arg == path else arg for arg in record.args)
        return True


def configure_logging(*, level: str, as_json: bool) -> None:
    """Route structlog and the standard library through one formatter: JSON or one plain line."""
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        # Plain: the default shows local variables, prompts and keys among them.
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"routes": {"()": RouteInsteadOfPath}},
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        *([structlog.processors.format_exc_info] if as_json else []),
                        renderer,
                    ],
                    "foreign_pre_chain": [_request_of_record, *_SHARED],
                }
            },
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "structured",
                    "filters": ["routes"],
                }
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {"uvicorn.access": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
