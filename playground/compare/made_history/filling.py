"""Fills a team's history: in one transaction, and told as it goes."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from playground.accounts.models import Membership, Role, Team, User
from playground.compare.digest import SIGNS
from playground.compare.made_history import statements
from playground.compare.made_history.texts import texts

PROMPTS, ANSWERS, AUTHORS, CHUNK = 4_000, 8_000, 8, 50_000
TAGS = [f"{topic}-{part}" for topic in ("release", "tuning", "bug", "demo") for part in range(10)]
Tell = Callable[[str], None]


def fill_history(generations: int, name: str, tell: Tell, seed: int = 7) -> Team:
    """A new team called `name` whose runs of two lanes have so many generations together.

    The search indexes are dropped meanwhile, in the same transaction, and built again at the end:
    row by row they would take hours. Whoever runs something meanwhile waits for it.
    """
    team, authors = _people(name)
    runs = max(1, generations // 2)
    common = {"team": team.pk, "runs": runs, "authors": authors, "tags": TAGS, "signs": SIGNS,
              "prompts": PROMPTS, "answers": ANSWERS}  # fmt: skip
    started = time.monotonic()

    def say(words: str) -> None:
        tell(f"{time.monotonic() - started:6.1f} s  {words}")

    with transaction.atomic():
        _execute("SET LOCAL maintenance_work_mem = '512MB'")
        _execute("SET LOCAL work_mem = '128MB'")
        _execute("SELECT setseed(%s)", [seed / 1000])
        _trust_references()
        _make_pieces(common, random.Random(seed))
        say("words and pieces are made")
        indexes = _drop_indexes()
        for statement in statements.PLANS:
            _execute(statement, common)
        say("planned")
        for first in range(1, runs + 1, CHUNK):
            span = {**common, "first": first, "last": min(runs, first + CHUNK - 1)}
            for statement in statements.ROWS:
                _execute(statement, span)
            say(f"{span['last']:,} of {runs:,} runs")
        for index, definition in indexes:
            _execute(definition)
            say(f"index {index} is built")
    for table in ("compare_session", "compare_comparison", "compare_lane", "compare_sample",
                  "inference_generation"):  # fmt: skip
        _execute(f"VACUUM ANALYZE {table}")
    say("done")
    return team


def _trust_references() -> None:
    """Check no foreign key row by row, where Postgres lets us: what is made here fits together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _people(name: str) -> tuple[Team, list[int]]:
    """A team of its own with people of its own, who cannot sign in until given a password."""
    stamp = time.time_ns()
    people = [
        User.objects.create_user(f"historian-{number}-{stamp}@example.com")
        for number in range(AUTHORS)
    ]
    team = Team.objects.create_owned(people[0], name)
    for person in people[1:]:
        Membership.objects.create(team=team, user=person, role=Role.MEMBER)
    return team, [person.pk for person in people]


def _make_pieces(common: dict[str, Any], draw: random.Random) -> None:
    _execute(statements.PIECES)
    with connection.cursor() as cursor, cursor.copy("COPY piece FROM STDIN") as copy:
        for n, text in enumerate(texts(PROMPTS, 6, 40, draw), 1):
            copy.write_row(("prompt", n, text))
        for n, text in enumerate(texts(ANSWERS, 30, 110, draw), 1):
            copy.write_row(("answer", n, text))
    _execute(statements.FILL_PROMPTS, common)
    _execute(statements.FILL_ANSWERS, common)
    _execute(statements.FILL_SETTINGS)


def _drop_indexes() -> Sequence[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statements.SEARCH_INDEXES, [])
        found: Sequence[tuple[str, str]] = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return found


def _execute(statement: str, parameters: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
