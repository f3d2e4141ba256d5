"""Downloads: who gets what, in which form."""

import csv
import io

import pytest
from django.test import Client

from playground.accounts.models import AuditAction, AuditEntry
from playground.compare.models import Comparison
from playground.prompts.models import Preset
from tests.factories import Cast, make_session
from tests.playground.sharing.files import document_of, download
from tests.playground.sharing.finished import finished_session, linked_session

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = (
    "/sessions/{id}/export.json", "/sessions/{id}/export.csv", "/sessions/{id}/export.zip",
    "/sessions/{id}/runs/1/export.json", "/sessions/{id}/runs/1/export.csv",
    "/sessions/{id}/runs/1/export.zip",
)  # fmt: skip


def test_it_exports_to_who_may_see_the_run(cast: Cast, client: Client) -> None:
    shared = finished_session(cast.bob).public_id
    private = finished_session(cast.bob, shared=False).public_id
    for path in PATHS:
        for person in (cast.alice, cast.bob, cast.vera):
            assert download(client, person, path.format(id=shared))
        for person in (cast.alice, cast.vera, cast.charlie):
            client.force_login(person)
            assert client.get(path.format(id=private)).status_code == 404
        assert client.get(path.format(id=shared)).status_code == 404


def test_it_leaves_out_what_others_keep_private(cast: Cast, client: Client) -> None:
    finished_session(cast.bob, "Bob's secret lantern", shared=False)
    half = finished_session(cast.bob, "Half shared")
    other = make_session(cast.alice).comparisons.get()
    Comparison.objects.filter(pk=other.pk).update(
        session=half, number=2, shared=False, messages=[{"role": "user", "content": "canary"}]
    )
    for path in ("/exchange/sessions.json", "/exchange/sessions.csv"):
        seen = download(client, cast.vera, path).decode()
        assert "Half shared" in seen
        assert "secret" not in seen
        assert "canary" not in seen
    assert "canary" in download(client, cast.alice, "/exchange/sessions.json").decode()


def test_it_leaves_out_other_teams(cast: Cast, client: Client) -> None:
    finished_session(cast.bob)
    assert document_of(client, cast.charlie, "/exchange/sessions.json")["sessions"] == []


def test_it_names_nothing_by_its_id(cast: Cast, client: Client) -> None:
    session = linked_session(cast.bob)
    written = download(client, cast.bob, f"/sessions/{session.public_id}/export.json").decode()
    run = session.comparisons.get()
    assert str(session.public_id) not in written
    assert str(run.key) not in written
    assert str(run.prompt_version.prompt.public_id) not in written


def test_it_leaves_out_someone_elses_own_preset(cast: Cast, client: Client) -> None:
    session = linked_session(cast.bob)
    Preset.objects.update(shared=False)
    path = f"/sessions/{session.public_id}/export.json"
    assert [preset["name"] for preset in document_of(client, cast.bob, path)["presets"]] == ["Wild"]
    seen = document_of(client, cast.alice, path)
    assert seen["presets"] == []
    assert "preset" not in seen["sessions"][0]["runs"][0]["lanes"][1]


def test_it_gives_a_row_for_each_answer(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob)
    table = download(client, cast.bob, f"/sessions/{session.public_id}/export.csv").decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["lane"] for row in rows] == ["A", "B"]
    assert [row["temperature"] for row in rows] == ["0.0", "1.5"]
    assert [row["e2e_ms"] for row in rows] == ["42.0", "42.0"]
    assert [row["status"] for row in rows] == ["done", "stopped"]


def test_it_gives_spreadsheets_no_formula(cast: Cast, client: Client) -> None:
    for sign in ("=", "+", "-", "@", "\t", "\r"):
        text = f'{sign}HYPERLINK("https://evil.example")'
        session = finished_session(cast.bob, text, name=text, tags=[text[:40]])
        table = download(client, cast.bob, f"/sessions/{session.public_id}/export.csv").decode()
        row = next(csv.DictReader(io.StringIO(table, newline="")))
        for column in ("session", "name", "tags"):
            assert row[column].startswith(f"'{sign}"), column


def test_it_exports_the_library(cast: Cast, client: Client) -> None:
    linked_session(cast.bob)
    library = document_of(client, cast.vera, "/exchange/library.json")
    assert [len(prompt["versions"]) for prompt in library["prompts"]] == [2]
    table = download(client, cast.vera, "/exchange/library.csv").decode()
    kinds = [row["kind"] for row in csv.DictReader(io.StringIO(table))]
    assert kinds == ["prompt", "preset"]


def test_it_audits_each_download(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob, "A canary title")
    download(client, cast.vera, f"/sessions/{session.public_id}/export.csv")
    entry = AuditEntry.objects.get(action=AuditAction.DATA_EXPORTED)
    assert (entry.actor, entry.detail) == (cast.vera, {"format": "csv"})
    assert "canary" not in entry.target


def test_it_knows_no_other_form(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob)
    client.force_login(cast.bob)
    for kind in ("xml", "JSON", "exe", "%00"):
        assert client.get(f"/sessions/{session.public_id}/export.{kind}").status_code == 404
        assert client.get(f"/exchange/library.{kind}").status_code == 404


async def test_it_streams_through_the_real_server(cast: Cast) -> None:
    from asgiref.sync import sync_to_async
    from django.test import AsyncClient

    session = await sync_to_async(finished_session)(cast.bob)
    client = AsyncClient()
    await client.aforce_login(cast.bob)
    answer = await client.get(f"/sessions/{session.public_id}/export.json")
    parts = [part async for part in answer.streaming_content]
    assert b'"The fox ran."' in b"".join(parts)
    assert answer["Content-Disposition"] == 'attachment; filename="a-fox-and-a-lantern.json"'
