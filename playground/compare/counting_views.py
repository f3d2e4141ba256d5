"""What the composer asks while one types: token counts, the tokens themselves, and whether a form
for the answer holds."""

from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from inference.decoding.controls import BadSetting
from inference.decoding.structure import check_structure
from playground.accounts.access import require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.counting import CountRequest, counts, pieces
from playground.compare.requests import BadInput

_decoder = msgspec.json.Decoder(CountRequest)
UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)


@page("workbench", "POST")
def count_tokens(request: HttpRequest) -> HttpResponse:
    """The field `request` holds the JSON of a CountRequest; the answer, a count for each lane."""
    require(request.membership, Permission.VIEW)  # type: ignore[attr-defined]
    try:
        found = counts(_decoder.decode(request.POST.get("request", "")))
    except BadInput as error:
        return _problem(error.message)
    except UNREADABLE as error:
        return _problem(f"This prompt was not understood: {error}.")
    return JsonResponse({"lanes": [msgspec.to_builtins(count) for count in found]})


@page("workbench", "POST")
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The same request; the answer, a part of a page with the first lane's prompt in tokens."""
    require(request.membership, Permission.VIEW)  # type: ignore[attr-defined]
    try:
        context: dict[str, object] = {
            "found": pieces(_decoder.decode(request.POST.get("request", "")))
        }
    except BadInput as error:
        context = {"problem": error.message}
    except UNREADABLE as error:
        context = {"problem": f"This prompt was not understood: {error}."}
    return render(request, "compare/prompt_tokens.html", context)


@page("workbench", "POST")
def check_form(request: HttpRequest) -> HttpResponse:
    """Why answers cannot be held to the form `text` of this `kind`; "" where they can."""
    require(request.membership, Permission.VIEW)  # type: ignore[attr-defined]
    try:
        check_structure(request.POST.get("kind", "none"), request.POST.get("text", ""))
    except BadSetting as error:
        return JsonResponse({"problem": str(error)})
    return JsonResponse({"problem": ""})


def _problem(words: str) -> JsonResponse:
    return JsonResponse({"problem": words}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
