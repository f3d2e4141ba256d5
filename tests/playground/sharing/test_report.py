"""The Markdown report and its charts."""

import io
import zipfile
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client
from markdown_it import MarkdownIt

from tests.factories import Cast, generations_of
from tests.playground.sharing.files import download
from tests.playground.sharing.finished import finished_session

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<script>alert(1)</script>\n```\n![x](https://evil.example/x)\n````\n# Head"


def report_of(client: Client, cast: Cast, title: str, text: str = "") -> zipfile.ZipFile:
    session = finished_session(cast.bob, title, name=title[:120], tags=["a|b"])
    for row in generations_of(session):
        row.text = text or row.text
        row.save()
    path = f"/sessions/{session.public_id}/runs/1/export.zip"
    return zipfile.ZipFile(io.BytesIO(download(client, cast.bob, path)))


def chart_of(archive: zipfile.ZipFile, name: str) -> Element:
    return fromstring(archive.read(name))  # noqa: S314 (made by the product itself)


def test_it_tells_the_run_with_its_figures_and_charts(cast: Cast, client: Client) -> None:
    archive = report_of(client, cast, "A fox and a lantern")
    text = archive.read("report.md").decode()
    for said in ("# A fox and a lantern", "The fox ran.", "| Temperature |", "42.0 ms", "bob"):
        assert said in text, said
    charts = [name for name in archive.namelist() if name.endswith(".svg")]
    assert len(charts) == 2
    for name in charts:
        assert f"({name})" in text
        assert chart_of(archive, name).tag.endswith("svg")


def test_it_draws_the_phases_to_scale(cast: Cast, client: Client) -> None:
    archive = report_of(client, cast, "A fox")
    bars = list(chart_of(archive, "charts/session-1-run-1-time.svg").iter())
    decode = [float(bar.get("width", 0)) for bar in bars if bar.get("fill") == "#12907b"]
    prefill = [float(bar.get("width", 0)) for bar in bars if bar.get("fill") == "#7c4ddb"]
    assert decode[-1] / prefill[-1] == pytest.approx(30_000 / 8_000, rel=0.01)


def test_it_turns_nothing_that_was_written_into_markup(cast: Cast, client: Client) -> None:
    text = report_of(client, cast, HOSTILE, HOSTILE).read("report.md").decode()
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in shown
    assert 'evil.example/x"' not in shown
    assert shown.count("<img") == 2
    assert "<h1>Head" not in shown
    assert shown.count("<pre>") == 3


def test_it_reports_a_run_of_which_nothing_is_known(cast: Cast, client: Client) -> None:
    session = finished_session(cast.bob)
    for row in generations_of(session):
        row.step_tokens = row.gaps_us = row.e2e_us = row.decode_us = row.prefill_us = None
        row.queue_us = row.dispatch_us = None
        row.save()
    path = f"/sessions/{session.public_id}/export.zip"
    assert zipfile.ZipFile(io.BytesIO(download(client, cast.bob, path))).testzip() is None
