"""Comments of a run, as a page of their own and as the workbench's drawer; and the inbox."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team_of, may, require
from playground.accounts.models import Membership, User
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.access import access_comparison
from playground.compare.models import Comparison, Session
from playground.compare.requests import BadInput
from playground.discussion import actions
from playground.discussion.access import (
    access_comment,
    comments_on,
    may_moderate,
    notices_of,
    require_delete,
    require_edit,
)
from playground.discussion.forms import CommentForm
from playground.discussion.inbox import inbox_of
from playground.discussion.mentions import suggestions
from playground.discussion.models import Comment
from playground.discussion.threads import thread_of


@page("workbench", "GET", "HEAD", "POST")
def comments(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """What was said of a run; saying more comes here too. Whoever looks has read it, except where
    the page asks with `quiet`: only to mark the spans, with the comments out of sight.
    """
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = access_comparison(membership, public_id, number)
    if request.method != "POST":
        return _show(request, membership, comparison, CommentForm())
    form = CommentForm(request.POST)
    require(membership, Permission.COMMENT)
    if form.is_valid():
        try:
            checked = actions.check_comment(membership, comparison, form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field, error.message)
        else:
            actions.do_comment(membership, comparison, *checked)
            if not _partly(request):
                return redirect("comments", public_id, number)
            form = CommentForm()
    return _show(request, membership, comparison, form)


@page("workbench", "GET", "HEAD", "POST")
def comment(request: HttpRequest, id: int) -> HttpResponse:
    """One comment; posted to, it says something else."""
    membership = enter_team_of(request, Comment, pk=id)
    said = access_comment(membership, id)
    if request.method != "POST":
        return _show_one(request, membership, said)
    require_edit(membership, said)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            words = actions.check_words(membership, said.comparison, form.cleaned_data["body"])
        except BadInput as error:
            form.add_error(error.field, error.message)
        else:
            actions.do_edit(said, words)
            return _show_one(request, membership, said)
    return _show_editing(request, said, form)


@page("workbench")
def edit_comment(request: HttpRequest, id: int) -> HttpResponse:
    """The form that changes a comment."""
    membership = enter_team_of(request, Comment, pk=id)
    said = access_comment(membership, id)
    require_edit(membership, said)
    return _show_editing(request, said, CommentForm(initial={"body": said.body}))


@page("workbench", "POST")
def delete_comment(request: HttpRequest, id: int) -> HttpResponse:
    membership = enter_team_of(request, Comment, pk=id)
    said = access_comment(membership, id)
    require_delete(membership, said)
    actions.do_delete(said)
    if _partly(request):
        return _show(request, membership, said.comparison, CommentForm())
    return _to_comments(said)


@page("workbench")
def mentions(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Whom `@…` could mean here, as JSON: `{"people": [{handle, name, blind}]}`. `blind` are those
    who cannot see the run.
    """
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = access_comparison(membership, public_id, number)
    require(membership, Permission.COMMENT)
    found = suggestions(membership.team, request.GET.get("q", "")[:100])
    people = [
        {
            "handle": item.handle,
            "name": item.name,
            "blind": not comparison.shared and item.user.pk != comparison.author_id,
        }
        for item in found
    ]
    return JsonResponse({"people": people})


@page("inbox")
def inbox(request: HttpRequest) -> HttpResponse:
    """Mentions and replies, of all the person's teams."""
    shown = inbox_of(_person(request), request.GET.get("before", ""))
    more = _partly(request) and "before" in request.GET
    template = "discussion/inbox_rows.html" if more else "discussion/inbox.html"
    unread = notices_of(_person(request)).filter(read_at=None).exists()
    return render(request, template, {"inbox": shown, "any_unread": unread})


@page("inbox", "POST")
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing in the inbox is new any more."""
    actions.do_read_all(_person(request))
    messages.success(request, "Everything is marked as read.")
    return redirect("inbox")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # behind the sign-in
    return request.user


def _partly(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def _show(
    request: HttpRequest, membership: Membership, comparison: Comparison, form: CommentForm
) -> HttpResponse:
    thread = thread_of(comparison, request.GET.get("before", ""), request.GET.get("at", ""))
    if "quiet" not in request.GET:
        actions.do_read(_person(request), comparison)
    context = {**_rights(membership), "comparison": comparison, "thread": thread, "form": form}
    if _partly(request) and "before" in request.GET:
        return render(request, "discussion/comments_page.html", context)
    part = "discussion/panel.html" if _partly(request) else "discussion/comments.html"
    return render(request, part, context)


def _show_one(request: HttpRequest, membership: Membership, said: Comment) -> HttpResponse:
    if not _partly(request):
        return _to_comments(said)
    item = comments_on(said.comparison).get(pk=said.pk)
    context = {**_rights(membership), "comparison": said.comparison, "item": item}
    return render(request, "discussion/comment.html", context)


def _show_editing(request: HttpRequest, said: Comment, form: CommentForm) -> HttpResponse:
    part = "discussion/editing.html" if _partly(request) else "discussion/edit.html"
    context = {"item": said, "form": form, "comparison": said.comparison}
    return render(request, part, {**context, "field_id": f"comment-{said.pk}-body"})


def _to_comments(said: Comment) -> HttpResponse:
    return redirect("comments", said.comparison.session.public_id, said.comparison.number)


def _rights(membership: Membership) -> dict[str, Any]:
    return {
        "me": membership.user_id,
        "may_comment": may(membership, Permission.COMMENT),
        "may_moderate": may_moderate(membership),
    }
