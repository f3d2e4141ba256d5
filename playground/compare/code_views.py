"""A lane as code, as its settings stand on the page."""

from http import HTTPStatus

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from playground.accounts.access import require
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.forking import with_beginnings
from playground.compare.requests import (
    BadInput,
    LaneRequest,
    Message,
    check_lanes,
    check_messages,
)
from playground.compare.snippets import request_of, snippets_of
from playground.compare.snippets.begun import begun
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
        context = _context(request.membership, asked)  # type: ignore[attr-defined]
    except BadInput as error:
        return _refused(request, error.message)
    except Http404:
        return _refused(request, "The answer that this lane begins with is not there any more.")
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        return _refused(request, f"This lane was not understood: {error}.")
    return render(request, "compare/code.html", context)


def _context(membership: Membership, asked: CodeRequest) -> dict[str, object]:
    messages = check_messages(asked.messages)
    [lane] = with_beginnings(membership, check_lanes([asked.lane]), [asked.lane])
    plain = request_of(served_name(lane.profile), messages, lane.settings, asked.seed)
    wire = begun(plain, lane.beginning)
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
