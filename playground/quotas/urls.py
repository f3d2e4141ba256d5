"""The quota, beside the usage pages."""

from django.urls import path

from playground.quotas import views

urlpatterns = [
    path("usage/quota/", views.quota, name="quota"),
    path("usage/quota/<slug:table>.<slug:kind>", views.export, name="export_quota"),
]
