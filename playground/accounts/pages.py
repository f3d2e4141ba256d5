"""What every page behind the sign-in has in common, as one decorator."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

View = Callable[..., HttpResponseBase]


def page(area: str, *methods: str) -> Callable[[View], View]:
    """Behind the sign-in, for these methods (GET and HEAD where none are named), whole or as the
    part that htmx asks for. `area` marks where the page stands in the navigation.
    """
    allowed = methods or ("GET", "HEAD")

    def decorate(view: View) -> View:
        guarded = vary_on_headers("HX-Request")(
            require_http_methods(list(allowed))(login_required(view))
        )

        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return guarded(request, *args, **kwargs)

        shown.area = area  # type: ignore[attr-defined]
        return shown

    return decorate
