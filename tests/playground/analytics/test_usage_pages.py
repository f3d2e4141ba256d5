"""Each page shows what was counted, an honest nothing, or what is wrong with the question."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from playground.accounts.models import User
from playground.analytics.models import Price
from playground.analytics.pages import breakdown
from tests.factories import Cast
from tests.playground.analytics.asked import (
    SITE_PAGES,
    TEAM_PAGES,
    an_hour_ago,
    asked,
    ended,
    summed,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_honestly_that_there_is_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(is_staff=True)
    for prefix, pages in (("/usage/", TEAM_PAGES), ("/usage/site/", SITE_PAGES)):
        for page in pages:
            answer = asked(cast.alice, f"{prefix}{page}")
            assert answer.status_code == 200, page
            assert b'class="empty"' in answer.content, page
            assert b"data-chart" not in answer.content, page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"range": "7y"}, "“7y” is none of these"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The first day is after the last"),
        ({"since": "2020-01-01", "until": "2026-01-01"}, "At most 400 days at once"),
        ({"since": "0001-01-01", "until": "0001-01-02"}, "Choose a day from 2000-01-01"),
        ({"since": "9999-12-31", "until": "9999-12-31"}, "Choose a day from 2000-01-01"),
        ({"since": "yesterday", "until": "2026-01-01"}, "Enter a valid date"),
        ({"since": "2026-01-01"}, "Give both days"),
        ({"range": "days"}, "Give both days"),
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is no time zone"),
        ({"zone": "../../etc/passwd"}, "is no time zone"),
        ({"user": "-1"}, "There is no such person"),
        ({"user": "9" * 40}, "There is no such person"),
        ({"key": "abc"}, "There is no such key"),
        ({"source": "import"}, "“import” is none of these"),
        ({"profile": "a\x00b"}, "Null characters are not allowed"),
        ({"profile": "a" * 61}, "at most 60 characters"),
        ({"metric": "speed"}, "“speed” is none of these"),
        ({"colour": "red"}, "There is no filter “colour”"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_question(cast: Cast, query: Any, words: str) -> None:
    for path in ("/usage/", "/usage/latency/", "/usage/overview/over-time.csv"):
        answer = asked(cast.alice, path, **query)
        assert answer.status_code == 400
        assert words in answer.content.decode()


def test_it_counts_and_compares(cast: Cast) -> None:
    for _ in range(3):
        ended(cast.team, cast.alice)
    ended(cast.team, cast.bob, status="failed")
    yesterday = an_hour_ago() - timedelta(hours=24)
    for _ in range(2):
        ended(cast.team, cast.bob, finished_at=yesterday)
    summed()
    answer: Any = asked(cast.alice, "/usage/", range="24h")
    tiles = {tile.title: (tile.value, tile.change) for tile in answer.context["page"].tiles}
    assert tiles["Requests"] == (4, 1.0)
    assert tiles["Active people"] == (2, 1.0)
    assert tiles["Errors"] == (0.25, None)
    assert tiles["Tokens"] == (444, 1.0)
    assert tiles["TTFT p95"][0] == pytest.approx(100, rel=0.01)
    assert tiles["TPOT p50"][0] == pytest.approx(50, rel=0.01)


def test_it_leads_from_a_row_to_its_figures_alone(cast: Cast) -> None:
    ended(cast.team, cast.bob)
    ended(cast.team, cast.alice)
    summed()
    answer: Any = asked(cast.alice, "/usage/people/", range="24h", source="browser")
    rows = answer.context["page"].tables[0].rows
    hrefs = {row.cells[0]: row.href for row in rows}
    assert hrefs["bob@example.com"] == f"/usage/?range=24h&source=browser&user={cast.bob.pk}"
    deeper: Any = asked(cast.alice, hrefs["bob@example.com"])
    assert deeper.context["page"].tiles[0].value == 1
    assert b"Person: bob@example.com" in deeper.content


@pytest.mark.parametrize(
    ("place", "name", "first"),
    [
        ("people", "by-user", "bob@example.com"), ("models", "by-profile", "small"),
        ("keys", "by-key", "Without a key"), ("sources", "by-source", "Browser"),
        ("settings", "by-setting", "Temperature + top-p"),
    ],
)  # fmt: skip
def test_it_exports_what_it_shows(cast: Cast, place: str, name: str, first: str) -> None:
    ended(cast.team, cast.bob)
    summed()
    (row,) = table(cast.alice, f"/usage/{place}/", name)
    assert (next(iter(row.values())), row["requests"]) == (first, 1)
    file = asked(cast.alice, f"/usage/{place}/{name}.csv")
    assert file["Content-Disposition"] == f'attachment; filename="usage-{name}.csv"'
    titles, cells = csv.reader(io.StringIO(file.content.decode()))
    assert len(titles) == len(cells) == len(row)
    assert cells[0] == first


def test_it_measures_those_with_most_on_the_page_and_everyone_in_a_file(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdown, "SHOWN", 1)
    for person in (cast.bob, cast.bob, cast.alice):
        ended(cast.team, person)
    summed()
    page = asked(cast.alice, "/usage/people/").content.decode()
    assert "1 more rows are in the CSV and the JSON." in page
    rows = table(cast.alice, "/usage/people/", "by-user")
    assert [row["user"] for row in rows] == ["bob@example.com", "alice@example.com"]
    assert all(row["ttft_p95"] == pytest.approx(100, rel=0.01) for row in rows)


def test_it_lets_no_name_be_markup(cast: Cast) -> None:
    ended(cast.team, cast.bob, profile="<script>alert(1)</script>")
    summed()
    for page in ("models/", "requests/", "cost/"):
        words = asked(cast.alice, f"/usage/{page}").content
        assert b"<script>alert" not in words, page
        assert b"&lt;script&gt;alert" in words, page


def test_it_lets_no_name_be_a_formula(cast: Cast) -> None:
    ended(cast.team, cast.bob, profile="=1+1")
    summed()
    file = asked(cast.alice, "/usage/models/by-profile.csv").content.decode()
    assert "\r\n'=1+1,1," in file


@pytest.mark.parametrize(
    "path", ["people/by-team.csv", "people/by-user.xml", "teams/by-team.csv", "x/y.csv"]
)
def test_it_has_no_other_files(cast: Cast, path: str) -> None:
    assert asked(cast.alice, f"/usage/{path}").status_code == 404


def test_it_splits_settings_by_value(cast: Cast) -> None:
    for heat in (0, 0.7, 0.7):
        ended(cast.team, cast.bob, settings={"temperature": heat, "top_p": None, "min_p": "x"})
    ended(cast.team, cast.bob, settings={}, finish_reason="length")
    rows = table(cast.alice, "/usage/settings/", "by-setting", setting="temperature")
    found = {row["value"]: (row["requests"], row["length"]) for row in rows}
    assert found == {"0.7": (2, 0), "0": (1, 0), "not set": (1, 1)}
    samplers = table(cast.alice, "/usage/settings/", "by-setting")
    assert {row["value"]: row["requests"] for row in samplers} == {"Temperature": 3, "Greedy": 1}


def test_it_charges_the_price_of_the_day(cast: Cast) -> None:
    day = an_hour_ago().date()
    Price.objects.create(profile="small", since=day - timedelta(days=30), prompt_per_million=1)
    Price.objects.create(
        profile="small", since=day, prompt_per_million=1000, cached_per_million=500,
        output_per_million=10_000, per_busy_hour=3600,
    )  # fmt: skip
    ended(cast.team, cast.bob)
    ended(cast.team, cast.bob, finished_at=an_hour_ago() - timedelta(hours=24))
    ended(cast.team, cast.bob, profile="unpriced")
    summed()
    rows = table(cast.alice, "/usage/cost/", "cost-by-profile")
    now = (80 * 1000 + 20 * 500 + 11 * 10_000) / 1e6 + 0.59
    costs = {row["profile"]: row["cost_usd"] for row in rows}
    assert costs == {"small": pytest.approx(now + 80 / 1e6), "unpriced": None}


def test_it_speaks_of_hours_in_the_zone_asked_for(cast: Cast) -> None:
    ended(cast.team, cast.bob)
    summed()
    rows = table(cast.alice, "/usage/overview/", "over-time", range="24h", zone="Asia/Tokyo")
    (row,) = [row for row in rows if row["requests"]]
    tokyo = an_hour_ago() + timedelta(hours=9)
    assert row["at"] == f"{tokyo:%Y-%m-%dT%H}:00:00+09:00"
