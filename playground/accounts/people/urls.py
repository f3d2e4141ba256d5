"""A person's own pages; signing in and its kin are allauth's, under accounts/."""

from django.urls import path

from playground.accounts.people import views

urlpatterns = [
    path("account/", views.profile, name="account"),
    path("account/data/", views.data, name="account_data"),
    path("account/data/export/", views.export, name="export_account"),
    path("account/delete/", views.delete, name="delete_account"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
