"""Imports: who may, what they make, and that a broken or hostile file makes nothing."""

import pytest
from django.test import Client

from inference.models import Generation, Status
from playground.accounts.models import AuditAction, AuditEntry
from playground.compare.models import Session
from playground.prompts.models import Preset, Prompt
from playground.sharing.forms import MAX_BYTES
from tests.factories import Cast
from tests.playground.sharing.files import document, lane, session, upload
from tests.playground.sharing.finished import library_of

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"


def nothing_made() -> bool:
    made = (Session, Generation, Prompt, Preset)
    return not any(model.objects.exists() for model in made)


def test_it_says_what_was_imported(cast: Cast, client: Client) -> None:
    assert upload(client, cast.bob, document(sessions=[session()])).status_code == 302
    page = client.get("/exchange/").content.decode()
    assert "Imported 1 session with 1 run and 1 answer, 0 prompts and 0 presets" in page
    assert f"/sessions/{Session.objects.get().public_id}/" in page
    assert "Imported 1 session" not in client.get("/exchange/").content.decode()
    assert client.get(f"/sessions/{Session.objects.get().public_id}/").status_code == 200
    entry = AuditEntry.objects.get(action=AuditAction.DATA_IMPORTED)
    assert (entry.actor, entry.detail["runs"]) == (cast.bob, 1)


def test_it_refuses_a_viewer_and_asks_a_stranger_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.post("/exchange/").status_code == 302
    assert upload(client, cast.vera, document(sessions=[session()])).status_code == 403
    assert "lets you export, and not import" in client.get("/exchange/").content.decode()
    assert nothing_made()


@pytest.mark.parametrize(("form", "shared"), [({}, False), ({"shared": "on"}, True)])
def test_it_shares_only_when_asked_to(
    cast: Cast, client: Client, form: dict[str, str], shared: bool
) -> None:
    preset = {"id": "p", "name": "Wild", "settings": {"temperature": 1.5}}
    upload(client, cast.bob, document(sessions=[session()], presets=[preset]), **form)
    made = Session.objects.get()
    assert (made.shared, made.comparisons.get().shared) == (shared, shared)
    assert Preset.objects.get().shared == shared


def test_it_runs_nothing(cast: Cast, client: Client) -> None:
    answers = [{"status": "queued", "seed": 7}, {"status": "running", "seed": 7, "sample": 2}]
    upload(client, cast.bob, document(sessions=[session(lanes=[lane(answers=answers)])]))
    rows = list(Generation.objects.all())
    assert [row.status for row in rows] == [Status.INTERRUPTED] * 2
    assert "had not ended" in rows[0].error


def test_it_says_where_a_file_is_broken_and_makes_nothing(cast: Cast, client: Client) -> None:
    good = session()
    broken = session(lanes=[lane(settings={"temperature": 99})])
    for content, problem in (
        (b"", "The file is empty"),
        (b"[" * 200_000, "Nothing was imported. This is no file exported from"),
        (document(sessions=[good, broken]), "sessions[1].runs[0].lanes[0].settings.temperature: "),
    ):
        answer = upload(client, cast.bob, content)
        assert answer.status_code == 200
        assert problem in answer.content.decode()
    assert nothing_made()


def test_it_refuses_a_file_that_is_too_large(cast: Cast, client: Client) -> None:
    answer = upload(client, cast.bob, b" " * (MAX_BYTES + 1))
    assert "at most 20 MB" in answer.content.decode()


def test_it_asks_for_a_file(cast: Cast, client: Client) -> None:
    client.force_login(cast.bob)
    for form in ({}, {"file": "not a file"}, {"file": "\x00"}):
        assert "Choose a file first" in client.post("/exchange/", form).content.decode()


def test_it_looks_up_no_id_of_the_site(cast: Cast, client: Client) -> None:
    """A file cannot refer to another team's prompt or preset by the id that it has there."""
    prompt, preset = library_of(cast.bob)
    for reference in (str(prompt.public_id), str(prompt.pk)):
        run = session(prompt={"prompt": reference, "version": 1})
        answer = upload(client, cast.charlie, document(sessions=[run]))
        assert "no such prompt in the file" in answer.content.decode()
    run = session(lanes=[lane(preset=str(preset.public_id))])
    answer = upload(client, cast.charlie, document(sessions=[run]))
    assert "no such preset in the file" in answer.content.decode()


def test_it_shows_markup_in_names_as_text(cast: Cast, client: Client) -> None:
    given = session(name=HOSTILE, tags=["<b>fox</b>"])
    preset = {"id": "p", "name": HOSTILE, "settings": {}}
    upload(client, cast.bob, document(sessions=[{**given, "title": HOSTILE}], presets=[preset]))
    made = Session.objects.get()
    assert made.title == HOSTILE
    for path in ("/exchange/", f"/sessions/{made.public_id}/", "/runs/", "/library/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=https" not in page, path


def test_it_imports_all_or_nothing(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last row of an import fails in Postgres: what was stored before it is gone as well."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE compare_sample ADD CONSTRAINT none CHECK (number < 2)")
    client.raise_request_exception = False
    try:
        answers = [{"status": "done", "seed": 7}, {"status": "done", "seed": 7, "sample": 2}]
        given = document(sessions=[session(), session(lanes=[lane(answers=answers)])])
        assert upload(client, cast.bob, given).status_code == 500
        assert nothing_made()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE compare_sample DROP CONSTRAINT none")
