"""What the pages about teams ask of a request."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from playground.accounts.models import Membership, User


def person_of(request: HttpRequest) -> User:
    """Who is signed in: these pages stand behind the sign-in."""
    assert isinstance(request.user, User)
    return request.user


def without_team(user: User) -> bool:
    """Whether the page cannot stand in the shell, which always shows a team."""
    return not Membership.objects.filter(user=user, team__deleted_at=None).exists()


def say(request: HttpRequest, error: ValidationError) -> None:
    """Show why something was not done on the page that comes next."""
    for message in error.messages:
        messages.error(request, message)


def as_a(role: str) -> str:
    """“an admin”, “a member”."""
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
