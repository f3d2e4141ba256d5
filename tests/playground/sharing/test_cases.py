"""A run with cases, and a text, as others see them: by a link, in the report, in a file, beside."""

import io
import uuid
import zipfile

import pytest
from django.test import Client

from inference.models import Generation, Status
from inference.profiles import profile
from playground.accounts.models import User
from playground.compare.cases import check_cases
from playground.compare.models import Session
from playground.compare.requests import CheckedLane, Message, check_messages
from playground.compare.storing import NewRun, store_run
from tests.factories import Cast, team_of
from tests.playground.sharing.files import document_of, download, upload
from tests.playground.sharing.opening import make_link, open_link
from tests.playground.sharing.test_round_trip import without_times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
LANE = CheckedLane(profile=profile("small"), settings={"max_tokens": 4, "samples": 2})
ASKED = [Message("user", "Tell {{who}} about {{what}}.")]
TWO = [{"who": "Ann", "what": "owls"}, {"who": "Ben", "what": "<b>foxes</b>"}]


def ended_run(author: User, messages: list[Message], cases: list[dict[str, str]]) -> Session:
    """Stored as Run stores it, and answered."""
    stored = store_run(NewRun(
        team=team_of(author).pk, author=author.pk, session=None, title="Told", key=uuid.uuid4(),
        messages=check_messages(messages), lanes=[LANE], cases=check_cases(messages, cases),
    ))  # fmt: skip
    for number, id in enumerate(stored.lanes[0].samples, 1):
        Generation.objects.filter(pk=id).update(status=Status.DONE, text=f"Said {number}.")
    return Session.objects.get(public_id=stored.session)


def report_of(client: Client, author: User, session: Session) -> str:
    path = f"/sessions/{session.public_id}/runs/1/export.zip"
    archive = zipfile.ZipFile(io.BytesIO(download(client, author, path)))
    return archive.read("report.md").decode()


def test_a_link_shows_the_cases_with_the_prompt(cast: Cast, client: Client) -> None:
    session = ended_run(cast.bob, ASKED, TWO)
    page = open_link(make_link(client, session, cast.bob, shows_prompt="on")).content.decode()
    for said in ("{{who}}", "Ann", "&lt;b&gt;foxes", "Case 2, answer 1", "Said 3."):
        assert said in page, said
    assert "<b>foxes" not in page


def test_a_link_without_the_prompt_shows_no_value(cast: Cast, client: Client) -> None:
    page = open_link(make_link(client, ended_run(cast.bob, ASKED, TWO), cast.bob)).content.decode()
    assert "Said 3." in page
    assert not any(said in page for said in ("{{", "owls", "foxes", "Tell "))


def test_one_case_is_shown_as_it_was_asked(cast: Cast, client: Client) -> None:
    session = ended_run(cast.bob, ASKED, TWO[:1])
    page = open_link(make_link(client, session, cast.bob, shows_prompt="on")).content.decode()
    assert "Tell Ann about owls." in page
    assert "{{" not in page
    report = report_of(client, cast.bob, session)
    assert "Tell Ann about owls." in report
    assert "Lane A, answer 2: Done" in report


def test_the_report_has_a_table_of_cases(cast: Cast, client: Client) -> None:
    report = report_of(client, cast.bob, ended_run(cast.bob, ASKED, TWO))
    assert "| Case | who | what |" in report
    assert "| 1 | Ann | owls |" in report
    assert "Lane A, case 2, answer 1: Done" in report


@pytest.mark.parametrize(
    ("messages", "cases"), [(ASKED, TWO), ([Message("text", " Once\n")], []), (ASKED, [])]
)
def test_a_file_brings_it_back(
    cast: Cast, client: Client, messages: list[Message], cases: list[dict[str, str]]
) -> None:
    ended_run(cast.bob, messages, cases)
    exported = document_of(client, cast.bob, "/exchange/sessions.json")
    assert upload(client, cast.charlie, exported).status_code == 302
    again = document_of(client, cast.charlie, "/exchange/sessions.json")
    assert without_times(again) == without_times(exported)
    [run] = exported["sessions"][0]["runs"]
    assert [case.get("variables", {}) for case in run["cases"]] == (cases or [{}])


def test_two_runs_beside_each_other_show_their_first_case(cast: Cast, client: Client) -> None:
    sessions = [ended_run(cast.bob, ASKED, TWO), ended_run(cast.bob, ASKED, TWO[:1])]
    client.force_login(cast.bob)
    a, b = (f"{session.public_id}/1" for session in sessions)
    answer = client.get(f"/runs/beside/?a={a}&b={b}")
    assert answer.context["beside"].same_prompt
    page = answer.content.decode()
    assert "Tell Ann about owls." in page
    assert "this page shows the first" in page
