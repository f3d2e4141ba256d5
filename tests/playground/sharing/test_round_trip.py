"""What is exported and imported elsewhere is exported as the same again."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from inference.models import Generation, Source
from playground.compare.models import Comparison, Session
from playground.prompts.models import Preset, Prompt
from playground.sharing.exchange import schema
from tests.factories import Cast, generations_of
from tests.playground.sharing.files import document_of, upload
from tests.playground.sharing.finished import finished_session, linked_session

pytestmark = pytest.mark.django_db(transaction=True)


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    for session in document.get("sessions", []):
        for run in session["runs"]:
            run.pop("ran_at")
    return {name: part for name, part in document.items() if name != "exported_at"}


def test_it_brings_everything_back(cast: Cast, client: Client) -> None:
    linked_session(cast.bob)
    finished_session(cast.bob, "Ünïcödé “quotes” \u2028 🦊", pinned_at="2026-01-01T00:00Z")
    exported = document_of(client, cast.bob, "/exchange/sessions.json")
    assert upload(client, cast.charlie, exported).status_code == 302
    again = document_of(client, cast.charlie, "/exchange/sessions.json")
    assert without_times(again) == without_times(exported)
    assert len(exported["sessions"]) == 2
    assert exported["sessions"][0]["runs"][0]["prompt"] == {"prompt": "prompt-1", "version": 2}


def test_it_brings_the_library_back(cast: Cast, client: Client) -> None:
    linked_session(cast.bob)
    exported = document_of(client, cast.bob, "/exchange/library.json")
    upload(client, cast.charlie, exported)
    again = document_of(client, cast.charlie, "/exchange/library.json")
    assert without_times(again) == without_times(exported)
    assert exported["prompts"][0]["versions"][1]["variables"] == {"name": "Ada"}


def test_it_keeps_every_column_of_an_answer(cast: Cast, client: Client) -> None:
    """Each column is either in the file, or named here with why it is not."""
    from playground.sharing.exchange.writing import COPIED

    made_anew = {"id", "team_id", "user_id", "source", "profile", "messages", "logprobs",
                 "request_id"}  # fmt: skip
    of_the_queue = {"attempt", "lease_owner", "lease_until", "stop_requested", "sent_at",
                    "sequence", "turn_at"}  # fmt: skip
    times = {"accepted_at", "started_at", "finished_at"}
    columns = {field.name for field in Generation._meta.concrete_fields}
    assert columns == set(COPIED) | made_anew | of_the_queue | times


def test_it_makes_all_of_it_anew_for_the_importer(cast: Cast, client: Client) -> None:
    session = linked_session(cast.bob)
    exported = document_of(client, cast.bob, f"/sessions/{session.public_id}/export.json")
    upload(client, cast.charlie, exported)
    copy = Session.objects.get(author=cast.charlie)
    run = copy.comparisons.get()
    assert copy.team_id == cast.charlie.memberships.get().team_id
    assert {run.team_id, run.prompt_version.team_id} == {copy.team_id}
    assert run.source == Source.IMPORT
    assert run.prompt_version.prompt == Prompt.objects.get(author=cast.charlie)
    assert run.lanes.get(position=1).preset == Preset.objects.get(author=cast.charlie)
    for row in generations_of(copy):
        assert (row.team_id, row.user_id) == (copy.team_id, cast.charlie.pk)
        assert row.is_terminal
        assert row.finished_at is not None
    assert Comparison.objects.filter(author=cast.bob).count() == 1


def test_it_gives_files_that_its_schema_allows(cast: Cast, client: Client) -> None:
    linked_session(cast.bob)
    validator = Draft202012Validator(json.loads(schema.FILE.read_text()))
    for path in ("/exchange/sessions.json", "/exchange/library.json"):
        document = document_of(client, cast.bob, path)
        assert list(validator.iter_errors(document)) == []
        assert list(validator.iter_errors({**document, "version": 2}))


def test_it_ships_the_schema_of_its_types() -> None:
    Draft202012Validator.check_schema(schema.schema())
    assert Path(schema.FILE).read_text() == schema.written()
