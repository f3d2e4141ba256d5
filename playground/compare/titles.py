"""What a session is called, to whom: it is titled by its first run's prompt, so its title is for
those who see that run. Everyone else sees it by the first prompt that they may see.

Whatever loads sessions to show them annotates its query with `seen_titles` and hands out each
under `give_seen_title`. Such a session is for showing: it is never saved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left

from inference.engines.protocol import TEXT
from playground.compare.models import Comparison, Session

LENGTH = 80
READ = 400
"""Of a prompt, from its first word on, to make a line of: it may be long."""

BLANKS = " \t\n\v\f\r"

UNTITLED = "Session"
ASKING = ("user", TEXT)
"""The roles of what is asked."""


class Asked(Func):
    """The first message of the user among a run's messages, or the text to be continued."""

    function = "jsonb_path_query_first"
    template = """%(function)s(%(expressions)s, '$[*] ? (@.role == "user" || @.role == "text")')"""


def line_of(text: str) -> str:
    """A text as a title."""
    line = " ".join(text.split())
    return line if len(line) <= LENGTH else line[: LENGTH - 1] + "…"


def prompt_line(messages: Sequence[Mapping[str, Any]]) -> str:
    """The first line of the first user message, "" where there is none."""
    return line_of(next((turn["content"] for turn in messages if turn["role"] in ASKING), ""))


def seen_titles(visible: QuerySet[Comparison], session: str) -> dict[str, Any]:
    """Annotations for a query whose rows know their session by the field `session`.

    `visible` are the runs that the person may see.
    """
    runs = visible.filter(session=OuterRef(session)).order_by("number")
    said = KeyTextTransform("content", Asked("messages"))
    asked = Func(said, Value(BLANKS), function="LTRIM", output_field=TextField())
    first = runs.annotate(seen_asked=Left(asked, READ)).values("seen_asked")[:1]
    return {
        "seen_from": Subquery(runs.values("number")[:1]),
        "seen_asked": Case(When(seen_from=1, then=None), default=Subquery(first, TextField())),
    }


def seen_title(row: Any, title: str) -> str:
    """What the person sees the annotated row's session by. `title` is the session's own."""
    return title if row.seen_from == 1 else line_of(row.seen_asked or "") or UNTITLED


def give_seen_title(row: Any, session: Session) -> None:
    """Title a loaded session so."""
    session.title = seen_title(row, session.title)
