"""A lane as code, as its settings stand on the page."""

from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from playground.accounts.access import require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.requests import (
    BadInput,
    LaneRequest,
    Message,
    check_lanes,
    check_messages,
)
from playground.compare.snippets import request_of, snippets_of
from playground.compare.snippets.serving import serve_command, served_name


class CodeRequest(msgspec.Struct, frozen=True):
    """What stands in the composer and in one lane. `seed` is the drawn one of the run shown."""

    messages: list[Message]
    lane: LaneRequest
    seed: int | None = None


_decoder = msgspec.json.Decoder(CodeRequest)


@page("workbench", "POST")
def code(request: HttpRequest) -> HttpResponse:
    """The dialog's body: the field `request` holds the JSON of a CodeRequest."""
    require(request.membership, Permission.VIEW)  # type: ignore[attr-defined]
    try:
        asked = _decoder.decode(request.POST.get("request", ""))
        context = _context(asked)
    except BadInput as error:
        return _refused(request, error.message)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        return _refused(request, f"This lane was not understood: {error}.")
    return render(request, "compare/code.html", context)


def _context(asked: CodeRequest) -> dict[str, object]:
    messages = check_messages(asked.messages)
    [lane] = check_lanes([asked.lane])
    wire = request_of(served_name(lane.profile), messages, lane.settings, asked.seed)
    return {
        "snippets": snippets_of(wire),
        "wire": wire,
        "profile": lane.profile,
        "serve": serve_command(lane.profile),
    }


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    swapped = request.htmx  # type: ignore[attr-defined]
    status = HTTPStatus.OK if swapped else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "compare/code.html", {"problem": words}, status=status)
