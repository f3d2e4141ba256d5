"""A lane as code: the same request, sent to any OpenAI-compatible server."""

from playground.compare.snippets.languages import Snippet, snippets_of
from playground.compare.snippets.wire import WireRequest, request_of

__all__ = ["Snippet", "WireRequest", "request_of", "snippets_of"]
