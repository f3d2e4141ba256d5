"""An answer's tokens for the workbench's script, a fork of it, and its text as Markdown."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from playground.accounts.access import enter_team_of, require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.access import access_comparison
from playground.compare.actions import check_run, do_run
from playground.compare.answer_markup import as_html
from playground.compare.answer_tokens import alternatives_of, tokens_of
from playground.compare.beginnings import Fork
from playground.compare.forking import request_of
from playground.compare.models import Sample, Session
from playground.compare.requests import BadInput

BIGGEST = 2**31 - 1


class FromForm(forms.Form):
    """From which token on, 0 the first; none asks for the tokens themselves."""

    start = forms.IntegerField(min_value=0, max_value=BIGGEST, required=False)


class ForkForm(forms.Form):
    """After how many tokens the answer is forked, and the token that comes then."""

    kept = forms.IntegerField(min_value=0, max_value=BIGGEST)
    token = forms.IntegerField(min_value=0, max_value=BIGGEST)


@page("workbench")
def tokens(request: HttpRequest, public_id: UUID, number: int, answer: int) -> JsonResponse:
    """The tokens with their probabilities; with `start`, the alternatives from there on."""
    sample = _sample(request, public_id, number, answer)
    form = FromForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such token in this answer.")
    start = form.cleaned_data["start"]
    if start is None:
        return JsonResponse(tokens_of(sample.lane, sample.generation))
    return JsonResponse(alternatives_of(sample.generation, start))


@page("workbench")
def formatted(request: HttpRequest, public_id: UUID, number: int, answer: int) -> HttpResponse:
    """The answer's text as Markdown, a part of the workbench."""
    row = _sample(request, public_id, number, answer).generation
    return HttpResponse(as_html(row.whole_text))


@page("workbench", "POST")
def fork(request: HttpRequest, public_id: UUID, number: int, answer: int) -> JsonResponse:
    """Run the lane again as it was, and beside it with another token; says where that is."""
    membership = enter_team_of(request, Session, public_id=public_id)
    sample = _sample(request, public_id, number, answer)
    require(membership, Permission.RUN)
    form = ForkForm(request.POST)
    if not form.is_valid():
        return _refused("This fork was not understood. Reload the page and try again.")
    given = form.cleaned_data
    asked = request_of(sample, Fork(answer, given["kept"], given["token"]), public_id)
    try:
        accepted = do_run(check_run(membership, asked))
    except BadInput as error:
        return _refused(error.message)
    return JsonResponse({"url": accepted.comparison.url}, status=HTTPStatus.CREATED)


def _sample(request: HttpRequest, public_id: UUID, number: int, answer: int) -> Sample:
    """What the answer is of. Raises Http404."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    samples = Sample.objects.select_related("lane__preset", "generation")
    found = samples.filter(lane__comparison=run, generation=answer).first()
    if found is None:
        raise Http404("There is no such answer in this run.")
    return found


def _refused(words: str) -> JsonResponse:
    return JsonResponse({"problem": words}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
