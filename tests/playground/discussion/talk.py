"""Talking about a run as people do, by its pages."""

from django.test import Client

from inference.models import Generation
from playground.accounts.models import User
from playground.compare.models import Comparison
from tests.factories import generations_of

ANSWER = "A fox 🦊 lost a lantern."


def answer(comparison: Comparison) -> Generation:
    """The run's first answer, ended. Its second step brought two tokens, its third no text."""
    generation = generations_of(comparison.session)[0]
    generation.status, generation.text = "done", ANSWER
    generation.token_ids = [1, 2, 3, 4, 5, 6]
    generation.step_tokens = [1, 2, 0, 1, 1, 1]
    generation.step_characters = [2, 6, 0, 4, 3, 8]
    generation.save()
    return generation


def path_of(comparison: Comparison, part: str = "comments/") -> str:
    return f"{comparison.get_absolute_url()}{part}"


def say(user: User, comparison: Comparison, body: str, **span: object) -> str:
    """Comment as `user`, by the page; returns what the page shows then."""
    client = Client()
    client.force_login(user)
    answer = client.post(path_of(comparison), {"body": body, **span}, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
