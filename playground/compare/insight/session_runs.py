"""Which runs of a session are compared together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from playground.accounts.models import Membership
from playground.compare.models import Comparison, Session
from playground.compare.titles import prompt_line

LATEST = 20
"""Without a choice, so many runs are taken."""
MOST = 100
"""So many can be chosen from, the latest ones."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A run that can be taken, and how it is called."""

    number: int
    words: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """The runs that are taken, in order, and those that could be, the latest first."""

    runs: Sequence[Comparison]
    choices: Sequence[Choice]


def runs_picked(membership: Membership, session: Session, asked: Collection[str]) -> Picked:
    """The runs of these numbers that the person may see; the latest twenty where none is named."""
    visible = session.comparisons.visible_to(membership).defer("words", "code_words")
    found = list(visible.order_by("-number")[:MOST])
    known = {str(run.number) for run in found}
    taken = known.intersection(asked) or {str(run.number) for run in found[:LATEST]}
    choices = [
        Choice(run.number, run.name or prompt_line(run.messages), str(run.number) in taken)
        for run in found
    ]
    return Picked([run for run in reversed(found) if str(run.number) in taken], choices)
