"""The weekly report, beside the usage pages."""

from django.urls import path

from playground.reports import views

urlpatterns = [
    path("usage/report/", views.report, name="report"),
    path("usage/report/stop/<uuid:public_id>/", views.stop_report, name="stop_report"),
]
