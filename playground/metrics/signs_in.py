"""Counts who comes in and who is turned away; never who it was."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed

from playground.metrics.site import SIGN_INS


def listen() -> None:
    """Hear of every way in: password, passkey, single sign-on."""
    user_logged_in.connect(_came_in, dispatch_uid="metrics")
    user_login_failed.connect(_was_refused, dispatch_uid="metrics")


def _came_in(**_: Any) -> None:
    SIGN_INS.labels("accepted").inc()


def _was_refused(**_: Any) -> None:
    SIGN_INS.labels("refused").inc()
