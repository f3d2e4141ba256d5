"""The web side: the Django project and its apps."""

from playground.celery import app as celery_app

__all__ = ["celery_app"]
