"""Every page and probe of the site; the WebSocket is routed in asgi.py."""

from django.contrib import admin
from django.urls import include, path

from playground.probes import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("staff/", admin.site.urls),
    path("", include("playground.accounts.urls")),
    path("", include("playground.prompts.urls")),
    path("", include("playground.discussion.urls")),
    path("", include("playground.sharing.urls")),
    path("", include("playground.compare.urls")),
]
