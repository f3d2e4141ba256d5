"""Keeps a draft when its page goes away, too late for the socket."""

from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse, RawPostDataException

from playground.accounts.access import require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.drafts import check_place, do_write_draft
from playground.compare.messages import WriteDraft
from playground.compare.requests import BadInput

_decoder = msgspec.json.Decoder(WriteDraft)


@page("workbench", "POST")
def draft(request: HttpRequest) -> HttpResponse:
    """The same message as on the socket, as the request's body."""
    try:
        message = _decoder.decode(request.body)
        membership = request.membership  # type: ignore[attr-defined]
        require(membership, Permission.VIEW)
        do_write_draft(check_place(membership, message.session), message)
    except BadInput as error:
        return _refused(error.message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, RawPostDataException) as error:
        return _refused(f"This draft was not understood: {error}.")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refused(words: str) -> HttpResponse:
    return HttpResponse(words, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
