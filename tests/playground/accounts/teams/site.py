"""The team pages as a person uses them."""

import re
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from playground.accounts.models import Membership, Team, User


class Site:
    """One browser in which `user` is signed in."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query)  # type: ignore[return-value]

    def post(self, path: str, **fields: Any) -> HttpResponse:
        """Press a button; follows to the page that shows what came of it."""
        return self.client.post(path, fields, follow=True)  # type: ignore[return-value]


def at(team: Team, rest: str = "") -> str:
    return f"/teams/{team.public_id}/{rest}"


def role_of(user: User, team: Team) -> str | None:
    return Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()


def member(user: User, team: Team) -> int:
    return Membership.objects.get(user=user, team=team).pk


def invite(site: Site, team: Team, email: str, role: str = "member") -> str:
    """Invite; returns the path of the link that the page shows."""
    answer = site.post(at(team, "invitations/"), email=email, role=role)
    return shown_link(answer)


def shown_link(answer: HttpResponse) -> str:
    found = re.search(r'value="http://testserver(/invitations/[^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def mailed_link() -> str:
    """The path of the link in the newest email."""
    found = re.search(r"http://testserver(/invitations/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]
