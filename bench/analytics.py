"""How long the usage pages take, with their queries and plans, and when Chromium paints them.

python -m bench.analytics --generations 5000000 --folder /var/tmp/usage
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import psutil

from bench.history import Recorder, database, plan_of
from bench.painting import paint
from bench.system import CpuMeter
from bench.table import print_table, quantile
from playground.local import valkey

LIMIT_MS, PAINT_LIMIT_MS = 150.0, 1000.0
ROUNDS = 11
OWNER = "team1.person1@usage.example.com"
TABS = (
    "", "people/", "models/", "keys/", "sources/", "settings/", "latency/", "load/", "requests/",
    "cost/",
)  # fmt: skip
NARROWED: tuple[tuple[str, str], ...] = (
    ("", "range=90d&zone=Europe/Berlin"),
    (", far west", "range=90d&zone=America/Los_Angeles"),
    (", a week", "range=7d&zone=Europe/Berlin"),
    (", a day", "range=24h&zone=Europe/Berlin"),
    (", a model", "range=90d&zone=Europe/Berlin&profile=small"),
    (", API", "range=90d&zone=Europe/Berlin&source=api"),
    (", a model by API", "range=90d&zone=Europe/Berlin&profile=draft&source=api"),
    (", a person", "range=90d&zone=Europe/Berlin&user={person}"),
    (", a person's model", "range=90d&zone=Europe/Berlin&user={person}&profile=small"),
)
Page = tuple[str, str]


@contextmanager
def stores(kept: Path | None) -> Iterator[None]:
    """Postgres with Django set up on it, and a Valkey for what the pages ask of workers."""
    folder = Path(tempfile.mkdtemp(prefix="playground-bench-"))
    folder.chmod(0o711)
    server = valkey.start(folder / "valkey")
    os.environ["REDIS_URL"] = server.url
    try:
        with database(kept):
            yield
    finally:
        server.stop()
        rmtree(folder, ignore_errors=True)


def fill(generations: int) -> None:
    """Make the generations and their sums, where they are not there yet."""
    from django.core.management import call_command

    from inference.models import Generation

    call_command("migrate", verbosity=0)
    if not Generation.objects.exists():
        call_command("make_usage", generations=generations)


def staff() -> Any:
    """Someone who owns the team with most requests and may see the whole site."""
    from datetime import date

    from playground.accounts.models import User
    from playground.analytics.models import Price

    User.objects.filter(email=OWNER).update(is_staff=True)
    for profile, price in (("small", 0.2), ("small-int8", 0.1), ("draft", 0.05)):
        for since in (date(2020, 1, 1), date.today().replace(day=1)):  # noqa: DTZ011 - of this month
            Price.objects.get_or_create(
                profile=profile, since=since,
                defaults={"prompt_per_million": price, "output_per_million": 4 * price},
            )  # fmt: skip
    return User.objects.get(email=OWNER)


def pages(person: int, team: int) -> list[Page]:
    """What is asked for: every tab of a team and of the site, narrowed in every way."""
    found = [
        (f"{name} {tab.strip('/') or 'overview'}{words}", f"{base}{tab}?{query}")
        for name, base in (("team", "/usage/"), ("site", "/usage/site/"))
        for words, query in NARROWED
        for tab in (*TABS, *(("teams/",) if name == "site" else ()))
    ]
    west, plain = NARROWED[1][1], NARROWED[0][1]
    found += [
        (f"site {tab.strip('/') or 'overview'}, a team", f"/usage/site/{tab}?{plain}&team={team}")
        for tab in TABS
    ]
    found += [
        (f"site latency, {metric}", f"/usage/site/latency/?{west}&metric={metric}")
        for metric in ("itl", "e2e")
    ]
    found.append(
        ("site settings, temperature", f"/usage/site/settings/?{plain}&setting=temperature")
    )
    return [(name, address.format(person=person)) for name, address in found]


def measure(client: Any, address: str) -> tuple[list[float], Recorder]:
    """First, p50, most, p50 of the database, the slowest statement, and processor time of web and
    Postgres together, in ms; and the statements of the last."""
    from django.db import connection

    times: list[float] = []
    of_database: list[float] = []
    for number in range(ROUNDS + 1):
        if number == 1:
            meter = CpuMeter(processes())
        recorder, started = Recorder(), time.perf_counter()
        with connection.execute_wrapper(recorder):
            answer = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        of_database.append(recorder.total)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}.")
    warm = times[1:]
    return [
        times[0], quantile(warm, 0.5), max(warm), quantile(of_database[1:], 0.5),
        recorder.slowest[2], sum(meter.used().values()) * 1000 / ROUNDS,
    ], recorder  # fmt: skip


def processes() -> dict[str, psutil.Process]:
    """This one, which stands in for a web process, and Postgres."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    server = backend.parent()
    assert server is not None
    return {"web": psutil.Process(), "postgres": server}


def report(client: Any, asked: list[Page], title: str, *, plans: bool) -> None:
    """The table, how many are over the limit, and the plans of these (or of every page)."""
    rows, details = [], []
    for name, address in asked:
        figures, recorder = measure(client, address)
        rows.append([name, *figures])
        details.append((name, address, figures[1], recorder))
        print(f"{name}: {figures[1]:.0f} ms, processor {figures[5]:.0f} ms", flush=True)
    head = ["page", "first, ms", "p50, ms", "max, ms", "of it database p50, ms",
            "slowest statement, ms", "processor, ms"]  # fmt: skip
    print_table(title, head, rows)
    over = [name for name, _, ms, _ in details if ms > LIMIT_MS]
    print(f"\n{len(over)} of {len(rows)} pages over {LIMIT_MS:g} ms at p50.")
    for name, address, ms, recorder in details:
        if plans or ms > LIMIT_MS:
            print(f"\n#### {name}: `{address}`, {ms:.0f} ms\n")
            for sql, _, spent in recorder.statements:
                print(f"- {spent:.1f} ms: `{' '.join(sql.split())[:120]}`")
            print(f"\n```\n{plan_of(recorder)}\n```")


def report_paint(client: Any, asked: list[Page]) -> None:
    """When Chromium has painted each page's figures, and drawn its charts."""
    rows = []
    for name, found in paint(client.cookies["sessionid"].value, asked):
        rows.append([name, found.first, found.largest, found.drawn])
    head = ["page", "first paint, ms", "largest part, ms", "charts drawn, ms"]
    print_table("First meaningful paint, median of 3", head, rows)
    over = [row for row in rows if max(float(str(cell)) for cell in row[1:]) > PAINT_LIMIT_MS]
    print(f"\n{len(over)} of {len(rows)} pages over {PAINT_LIMIT_MS:g} ms.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, help="Keep the data here, for the next time.")
    parser.add_argument(
        "--plans", action="store_true", help="Of every page, not of the slow alone."
    )
    parser.add_argument("--only", default="", help="Pages with these words in their name.")
    parser.add_argument("--no-paint", action="store_true")
    given = parser.parse_args()
    with stores(given.folder):
        fill(given.generations)
        from django.test import Client

        from inference.models import Generation
        from playground.accounts.models import Membership

        person = staff()
        team = Membership.objects.get(user=person).team_id
        other = Membership.objects.filter(team_id=team).exclude(user=person).latest("pk")
        asked = [page for page in pages(other.user_id, team) if given.only in page[0]]
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(person)
        title = f"Usage pages, {Generation.objects.count():,} generations"
        report(client, asked, title, plans=given.plans)
        if not given.no_paint:
            report_paint(client, [page for page in asked if "," not in page[0]])


if __name__ == "__main__":
    main()
