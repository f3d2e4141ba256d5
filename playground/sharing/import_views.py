"""The page of imports and exports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.access import require
from playground.accounts.audit import origin_of
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.sharing.exchange.checking import BadFile
from playground.sharing.forms import ImportForm
from playground.sharing.importing import Imported, check_import, do_import

REPORT = "imported"


@page("history", "GET", "HEAD", "POST")
def exchange(request: HttpRequest) -> HttpResponse:
    """Exports to download, and the form that imports one; afterwards, what came of it."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    if request.method == "POST":
        return _import(request, membership)
    form = ImportForm(initial={"shared": membership.team.shares_by_default})
    return _show(request, form, request.session.pop(REPORT, None))


def _import(request: HttpRequest, membership: Membership) -> HttpResponse:
    require(membership, Permission.IMPORT)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form)
    shared = form.cleaned_data["shared"]
    try:
        document = check_import(membership, form.cleaned_data["file"].read(), shared)
    except BadFile as error:
        form.add_error("file", f"Nothing was imported. {error}")
        return _show(request, form)
    request.session[REPORT] = do_import(membership, document, shared, origin_of(request))
    return redirect("exchange")


def _show(request: HttpRequest, form: ImportForm, report: Imported | None = None) -> HttpResponse:
    context = {"form": form, "report": report}
    return render(request, "sharing/exchange.html", context)
