"""Ended generations of the cast, and the pages on them as a person asks for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from inference.models import Generation
from playground.accounts.models import Team, User
from playground.analytics.rollups import hour_of, rebuild
from tests.factories import make_generation

TEAM_PAGES = (
    "", "people/", "models/", "keys/", "sources/", "settings/", "latency/", "load/", "requests/",
    "cost/",
)  # fmt: skip
SITE_PAGES = (*TEAM_PAGES, "teams/")


def an_hour_ago() -> datetime:
    return hour_of(datetime.now(UTC)) - timedelta(hours=1)


def ended(team: Team, user: User | None = None, **fields: Any) -> Generation:
    """One that ended an hour ago: 100 tokens asked, 11 answered in a second, TTFT 100 ms."""
    return make_generation(
        team_id=team.pk,
        **{
            "user_id": user.pk if user else None,
            "status": "done",
            "finished_at": an_hour_ago() + timedelta(minutes=1),
            "prompt_tokens": 100,
            "cached_tokens": 20,
            "output_tokens": 11,
            "queue_us": 1000,
            "prefill_us": 90_000,
            "decode_us": 500_000,
            "ttft_us": 100_000,
            "e2e_us": 1_000_000,
            "gaps_us": [50_000] * 10,
            "settings": {"temperature": 0.7, "top_p": 0.9, "max_tokens": 16},
            **fields,
        },
    )


def summed() -> None:
    """Bring the sums up to the rows of the last two days."""
    end = hour_of(datetime.now(UTC)) + timedelta(hours=1)
    rebuild(end - timedelta(days=2), end)


def asked(person: User, path: str, **query: Any) -> HttpResponse:
    browser = Client()
    browser.force_login(person)
    return browser.get(path, query)  # type: ignore[return-value]


def table(person: User, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of a table, as its JSON file has them."""
    answer: Any = asked(person, f"{path}{name}.json", **query)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows
