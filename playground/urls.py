"""Every page and probe of the site; the WebSocket is routed in asgi.py."""

from django.contrib import admin
from django.urls import include, path

from playground.probes import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("staff/", admin.site.urls),
    path("", include("playground.compare.urls")),
]
