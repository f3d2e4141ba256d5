"""Every page and probe of the site; the WebSocket is routed in asgi.py."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from playground.accounts.people.views import leave_for_provider
from playground.metrics.views import metrics
from playground.probes import healthz, readyz

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
handler500 = "playground.errors.server_error"
handler429 = "playground.accounts.people.limits.too_many"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/oidc/<str:provider_id>/login/", leave_for_provider, name="openid_connect_login"),
    path("accounts/", include("allauth.urls")),
    path("staff/", admin.site.urls),
    path("", include("playground.accounts.urls")),
    path("", include("playground.prompts.urls")),
    path("", include("playground.discussion.urls")),
    path("", include("playground.sharing.urls")),
    path("", include("playground.compare.urls")),
    path("", include("playground.engines.urls")),
    path("", include("playground.quotas.urls")),
    path("", include("playground.alerts.urls")),
    path("", include("playground.reports.urls")),
    path("", include("playground.analytics.urls")),
]
