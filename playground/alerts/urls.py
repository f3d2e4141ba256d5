"""The alerts, beside the usage pages."""

from django.urls import path

from playground.alerts import views

RULE = "usage/alerts/<uuid:public_id>/"
SITE = {"site": True}

urlpatterns = [
    path("usage/alerts/", views.alerts, name="alerts"),
    path("usage/alerts/new/", views.new_alert, name="new_alert"),
    path("usage/alerts/incidents/", views.incidents, name="incidents"),
    path("usage/site/alerts/", views.alerts, SITE, name="site_alerts"),
    path("usage/site/alerts/new/", views.new_alert, SITE, name="new_site_alert"),
    path("usage/site/alerts/incidents/", views.incidents, SITE, name="site_incidents"),
    path(RULE, views.alert, name="alert"),
    path(f"{RULE}mute/", views.mute, name="mute_alert"),
    path(f"{RULE}delete/", views.delete, name="delete_alert"),
    path(f"{RULE}test/", views.test, name="test_alert"),
]
