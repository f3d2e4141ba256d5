"""The engines' page, and what its buttons do."""

from django.urls import path

from playground.engines import views

urlpatterns = [
    path("engines/", views.show, name="engines"),
    path("engines/<str:name>/start/", views.start, name="start_engine"),
    path("engines/<str:name>/stop/", views.stop, name="stop_engine"),
]
