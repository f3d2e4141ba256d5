"""Reading the audit log, and taking it out."""

import csv
import io
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, AuditEntry
from tests.factories import Cast, team_of
from tests.playground.accounts.teams.site import Site, at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _log(cast: Cast) -> None:
    """Alice named a session, Bob made a link, and Charlie did something in his own team."""
    alice, bob = Origin(cast.alice, "192.0.2.7", "Lantern/1"), Origin(cast.bob, "192.0.2.8")
    record(cast.team, alice, AuditAction.SESSION_SHARED, "=1+1")
    record(cast.team, bob, AuditAction.LINK_MADE, "A fox", days=7)
    charlie = Origin(cast.charlie)
    record(team_of(cast.charlie), charlie, AuditAction.LINK_MADE, "A secret")


def exported(cast: Cast, kind: str, **query: Any) -> str:
    client = AsyncClient()
    client.force_login(cast.alice)

    async def read() -> str:
        answer = await client.get(at(cast.team, f"audit/log.{kind}"), query)
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="audit-log.{kind}"'
        return b"".join([part async for part in answer.streaming_content]).decode()

    return async_to_sync(read)()


def test_it_says_who_what_when_and_from_where(cast: Cast) -> None:
    page = Site(cast.alice).get(at(cast.team, "audit/")).content.decode()
    for words in ("alice@example.com", "Session shared", "=1+1", "192.0.2.7", "Days: 7"):
        assert words in page
    assert "A secret" not in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"action": "link.made"}, "A fox", "=1+1"),
        ({"who": "alice@example.com"}, "=1+1", "A fox"),
        ({"until": "2020-01-01"}, "Nothing in the log fits", "A fox"),
        ({"since": "2020-01-01"}, "A fox", "Nothing in the log fits"),
        ({"since": "yesterday", "action": "link.made"}, "Enter a valid date", "=1+1"),
        ({"until": "9999-12-31"}, "A fox", "Nothing in the log fits"),
        ({"since": "0001-01-01", "who": "charlie@example.com"}, "Select a valid choice", "secret"),
        ({"action": "x\0"}, "Select a valid choice", "secret"),
        ({"before": "nonsense~x"}, "A fox", "Nothing"),
        ({"before": "2020-01-01~9"}, "A fox", "Nothing"),
    ],
)
def test_it_filters(cast: Cast, query: dict[str, str], shown: str, hidden: str) -> None:
    answer = Site(cast.alice).get(at(cast.team, "audit/"), **query)
    assert answer.status_code == 200
    rows = answer.content.decode()
    assert shown in rows
    assert hidden not in rows


def test_it_goes_back_page_by_page(cast: Cast) -> None:
    for number in range(120):
        record(cast.team, Origin(cast.alice), AuditAction.RUN_SHARED, f"run-{number:03}")
    site, seen, path = Site(cast.alice), [], at(cast.team, "audit/") + "?action=run.shared"
    while path:
        page = site.get(path).content.decode()
        seen += [line.strip()[4:11] for line in page.splitlines() if "<td>run-" in line]
        links = [
            line.split('href="')[1].split('"')[0]
            for line in page.splitlines()
            if "Show older" in line
        ]
        path = at(cast.team, "audit/") + links[0].replace("&amp;", "&") if links else ""
    assert seen == [f"run-{number:03}" for number in reversed(range(120))]


def test_it_comes_as_json(cast: Cast) -> None:
    entries = json.loads(exported(cast, "json"))
    assert [entry["target"] for entry in entries] == ["A fox", "=1+1"]
    assert entries[1] | {"at": ""} == {
        "at": "", "who": "alice@example.com", "action": "session.shared", "target": "=1+1",
        "detail": {}, "address": "192.0.2.7", "agent": "Lantern/1",
    }  # fmt: skip


def test_it_comes_as_a_table_without_formulas(cast: Cast) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(cast, "csv"))))
    assert [row["target"] for row in rows] == ["A fox", "'=1+1"]
    assert json.loads(rows[0]["detail"]) == {"days": 7}


def test_an_export_keeps_to_the_filters_and_is_noted(cast: Cast) -> None:
    entries = json.loads(exported(cast, "json", action="link.made"))
    assert [entry["target"] for entry in entries] == ["A fox"]
    assert AuditEntry.objects.get(action="data.exported").actor == cast.alice


def test_it_is_for_admins_and_owners(cast: Cast) -> None:
    for person, status in ((cast.bob, 403), (cast.vera, 403), (cast.charlie, 404)):
        for path in ("audit/", "audit/log.csv", "audit/log.json"):
            assert Site(person).get(at(cast.team, path)).status_code == status
    assert not AuditEntry.objects.filter(action="data.exported").exists()


def test_it_comes_as_nothing_else(cast: Cast) -> None:
    assert Site(cast.alice).get(at(cast.team, "audit/log.exe")).status_code == 404
