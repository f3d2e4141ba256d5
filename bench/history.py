"""How long a page of the history takes, with its queries' plans.

python -m bench.history --generations 1000000
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

from bench.table import print_table, quantile
from playground.local import postgres

LIMIT_MS = 100.0
ROUNDS = 11
FILTERS: tuple[tuple[str, str], ...] = (
    ("newest", ""),
    ("by one author", "author={author}"),
    ("own runs", "author={me}"),
    ("a model", "profile=openai"),
    ("a model hardly used", "profile=retired"),
    ("failed", "status=failed"),
    ("interrupted", "status=interrupted"),
    ("a tag", "tag=tuning-1"),
    ("a rare tag", "tag=demo-9"),
    ("pinned", "pinned=on"),
    ("one day, a year ago", "since={day}&until={day}"),
    ("a setting", "setting=temperature&value=0.7"),
    ("a setting that nobody used", "setting=temperature&value=1.23"),
    ("TTFT over 500 ms", "figure=ttft&least=500"),
    ("TTFT over 1,200 ms", "figure=ttft&least=1200"),
    ("TTFT over 10 s: none", "figure=ttft&least=10000"),
    ("at least 230 tokens", "figure=tokens&least=230"),
    ("a frequent word", "q=lantern"),
    ("a middling word", "q={middling}"),
    ("a rare word", "q={rare}"),
    ("a word of one run", "q=ticket77"),
    ("a word of none", "q=xylophonist"),
    ("two words", "q=lantern+{middling}"),
    ("words that never meet", "q={rare}+ticket77"),
    ("a phrase", "q=%22engine+batch%22"),
    ("a word without another", "q=fox+-lantern"),
    ("code", "q=cursor.fetchall()"),
    ("code that is nowhere", "q=lantern.fetchall()"),
    ("rare word, author and model", "q={rare}&author={author}&profile=small"),
    ("middling word, failed", "q={middling}&status=failed"),
    ("setting, model, TTFT", "setting=temperature&value=1.3&profile=openai&figure=ttft&least=600"),
)


class Recorder:
    """The statements of one page and how long each took, in ms."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any, float]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements.append((sql, params, (time.perf_counter() - started) * 1000))

    @property
    def total(self) -> float:
        return sum(ms for _, _, ms in self.statements)

    @property
    def slowest(self) -> tuple[str, Any, float]:
        return max(self.statements, key=lambda item: item[2])


@contextmanager
def database(kept: Path | None = None) -> Iterator[None]:
    """An own Postgres, as small as the local stack's, and Django set up on it.

    It is removed at the end, unless it lies in a folder that is to be kept.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="playground-bench-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    server = postgres.start(folder / "postgres", durable=False)
    os.environ.update(
        DATABASE_URL=server.url,
        SECRET_KEY="bench" * 12,
        LOG_LEVEL="WARNING",
        DATA_DIR=str(folder),
        DJANGO_SETTINGS_MODULE="playground.settings",
    )
    try:
        import django

        django.setup()
        yield
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        if kept is None:
            rmtree(folder, ignore_errors=True)


class Reader:
    """A person of the made-up team, who opens pages of its history."""

    def __init__(self, team: Any) -> None:
        from playground.accounts.models import Membership

        members = list(Membership.objects.filter(team=team).order_by("pk"))
        self.membership, self.other = members[1], members[2]

    def open(self, query: str, whole: bool = False) -> tuple[float, Recorder, str]:
        """One page: its time in ms, its statements and its HTML."""
        from django.db import connection
        from django.test import RequestFactory
        from django_htmx.middleware import HtmxDetails

        from playground.compare.run_views import runs

        headers = {} if whole else {"HX-Request": "true"}
        request: Any = RequestFactory().get(f"/runs/?{query}", headers=headers)
        request.user = self.membership.user
        request.membership, request.team = self.membership, self.membership.team
        request.htmx = HtmxDetails(request)
        recorder, started = Recorder(), time.perf_counter()
        with connection.execute_wrapper(recorder):
            answer = runs(request)
        return (time.perf_counter() - started) * 1000, recorder, answer.content.decode()


def queries(reader: Reader) -> list[tuple[str, str]]:
    """The filters with what this history has filled in, and a page from deep within."""
    from datetime import UTC, datetime, timedelta

    from playground.compare.made_history.texts import vocabulary
    from playground.places import Place

    words = vocabulary()
    now = datetime.now(UTC)
    known = {
        "author": reader.other.user_id,
        "me": reader.membership.user_id,
        "day": (now - timedelta(days=330)).date(),
        "middling": words[900],
        "rare": words[15_000],
    }
    deep = Place(now - timedelta(days=200), 2**40).encode()
    found = [(name, query.format(**known)) for name, query in FILTERS]
    return [*found, ("newest, from the middle on", f"before={deep}"),
            ("a middling word, from the middle on", f"q={words[900]}&before={deep}")]  # fmt: skip


def measure(reader: Reader, query: str) -> tuple[list[object], Recorder]:
    """Open the page ROUNDS times; a row of the table, and the statements of the last."""
    times: list[float] = []
    database_ms: list[float] = []
    for _ in range(ROUNDS):
        ms, recorder, html = reader.open(query)
        times.append(ms)
        database_ms.append(recorder.total)
    slowest = recorder.slowest
    shown = html.count('class="row run"')
    return [shown, times[0], quantile(times[1:], 0.5), max(times[1:]),
            quantile(database_ms[1:], 0.5), slowest[2]], recorder  # fmt: skip


def sessions_ms(reader: Reader, words: str) -> list[float]:
    """How long the list of sessions beside the workbench takes, a number of times."""
    from playground.compare.history import sessions_of

    times: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        sessions_of(reader.membership, search=words)
        times.append((time.perf_counter() - started) * 1000)
    return times[1:]


def plan_of(recorder: Recorder) -> str:
    """What Postgres did for the slowest statement."""
    from django.db import connection, transaction

    sql, params, _ = recorder.slowest
    if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
        return sql
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=1_000_000)
    parser.add_argument("--no-plans", action="store_true")
    parser.add_argument("--folder", type=Path, help="Keep the history here, for the next time.")
    given = parser.parse_args()
    with database(given.folder):
        from django.core.management import call_command

        from playground.accounts.models import Team
        from playground.compare.made_history.filling import fill_history

        call_command("migrate", verbosity=0)
        name = f"Bench {given.generations}"
        made = Team.objects.filter(name=name, sessions__isnull=False).first()
        team = made or fill_history(given.generations, name, lambda words: print(words, flush=True))
        reader = Reader(team)
        report(reader, given.generations, plans=not given.no_plans)


def report(reader: Reader, generations: int, *, plans: bool) -> None:
    """The table, and each page's slowest statement with its plan."""
    rows, details = [], []
    for name, query in queries(reader):
        row, recorder = measure(reader, query)
        rows.append([name, *row])
        details.append((name, query, recorder))
    over = sum(float(str(row[3])) > LIMIT_MS for row in rows)
    head = ["page", "runs shown", "first, ms", "p50, ms", "max, ms", "of it database p50, ms",
            "slowest statement, ms"]  # fmt: skip
    print_table(f"A page of the history, {generations:,} generations", head, rows)
    print(f"\n{over} of {len(rows)} pages over {LIMIT_MS:g} ms at p50.")
    whole = [reader.open("", whole=True)[0] for _ in range(ROUNDS)]
    print(f"The whole page with its filters: {quantile(whole[1:], 0.5):.1f} ms at p50.")
    for words in ("", "lantern", "zzz"):
        print(f"The sessions beside the workbench, searched for “{words}”: "
              f"{quantile(sessions_ms(reader, words), 0.5):.1f} ms at p50.")  # fmt: skip
    if plans:
        for name, query, recorder in details:
            print(f"\n#### {name}: `/runs/?{query}`\n\n```\n{plan_of(recorder)}\n```")


if __name__ == "__main__":
    main()
