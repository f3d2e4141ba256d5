"""The workbench's pages and the parts of them that htmx asks for."""

from django.urls import path

from playground.compare import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("runs/", views.workbench, name="runs"),
    path("sessions/", views.history, name="history"),
    path("sessions/<uuid:public_id>/", views.session, name="session"),
    path("sessions/<uuid:public_id>/runs/<int:number>/", views.run, name="run"),
]
