"""`/metrics`, as Prometheus reads it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from playground.compare.hub import hub
from playground.metrics.access import is_offered, may_scrape
from playground.metrics.shared import Shared
from playground.metrics.site import RELAY_LAG, RELAY_READ_AGE, SITE, WATCHES
from playground.threads import off_loop

SHARED = CollectorRegistry()
SHARED.register(Shared())
PARTS = {"": (SITE, SHARED), "process": (SITE,), "shared": (SHARED,)}


@require_safe
async def metrics(request: HttpRequest) -> HttpResponse:
    """This process's figures and the shared ones; `?part=process` or `?part=shared` for one.

    Rendering happens in a thread: the loop has tokens to pass on.
    """
    if not is_offered():
        return HttpResponseNotFound("Metrics are off: see METRICS_TOKEN.\n", "text/plain")
    if not may_scrape(request):
        return HttpResponse(
            "A bearer token is needed.\n",
            "text/plain",
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    registries = PARTS.get(request.GET.get("part", ""))
    if registries is None:
        return HttpResponseBadRequest("part is process or shared.\n", "text/plain")
    _look_at_hub()
    text = await off_loop(_render)(registries)
    return HttpResponse(text, CONTENT_TYPE_LATEST)


def _look_at_hub() -> None:
    """On the loop, where nobody else changes it."""
    WATCHES.set(hub.watching)
    RELAY_LAG.set(hub.pulse.lag_seconds)
    RELAY_READ_AGE.set(hub.pulse.age_seconds if hub.reading else 0.0)


def _render(registries: tuple[CollectorRegistry, ...]) -> bytes:
    return b"".join(map(generate_latest, registries))
