"""`@name` in a comment: who is meant, and who could be.

A teammate goes by the part of their address before the @, by the whole address, or by their full
name. A name that two people go by must be written as an address.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playground.accounts.models import Team, User
from playground.compare.requests import BadInput
from playground.discussion.markup import prose

AT = re.compile(r"(?<![\w@.+-])@")
GOES_ON = re.compile(r"[\w@]|[.+-]\w")
"""What after a name means that the name is longer: `@bob` is not meant by `@bobby`, `@bob.fox`."""
SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Someone to complete `@…` with. `handle` is what to write, and means nobody else."""

    handle: str
    name: str
    user: User


def teammates(team_id: int) -> Sequence[User]:
    """Everyone in the team who can sign in, by name."""
    found = User.objects.filter(memberships__team_id=team_id, is_active=True)
    people = found.only("id", "email", "first_name", "last_name")
    return sorted(people, key=lambda person: person.shown_name.casefold())


def handles_of(person: User) -> set[str]:
    """What `person` goes by, in small letters."""
    email = person.email.lower()
    return {email, email.partition("@")[0], person.get_full_name().lower()} - {""}


def mentioned(body: str, team: Team) -> list[User]:
    """Whom `body` mentions, each once. A name that is nobody's is just text.

    Raises BadInput where a name could be several people.
    """
    if "@" not in body:
        return []
    people: dict[str, list[User]] = {}
    for person in teammates(team.pk):
        for handle in handles_of(person):
            people.setdefault(handle, []).append(person)
    lengths = sorted({len(handle) for handle in people}, reverse=True)
    meant: dict[int, User] = {}
    for text in prose(body):
        for at in AT.finditer(text):
            handle = _handle_at(text, at.end(), lengths, people)
            if handle:
                person = _only(handle, people[handle])
                meant[person.pk] = person
    return list(meant.values())


def _handle_at(text: str, start: int, lengths: Iterable[int], people: dict[str, list[User]]) -> str:
    """The longest handle that stands at `start`, "" for none."""
    for length in lengths:
        handle = text[start : start + length].lower()
        if handle in people and not GOES_ON.match(text, start + length):
            return handle
    return ""


def _only(handle: str, people: Sequence[User]) -> User:
    if len(people) > 1:
        addresses = " or ".join(f"@{person.email}" for person in people[:3])
        raise BadInput(f"More than one person goes by @{handle}: write {addresses}.", "body")
    return people[0]


def suggestions(team: Team, typed: str) -> list[Suggestion]:
    """Teammates of whom a name begins with what was typed after the @, by name."""
    people = teammates(team.pk)
    locals_ = [person.email.partition("@")[0] for person in people]
    wanted = typed.strip().lower()
    found = []
    for person, local in zip(people, locals_, strict=True):
        names = {*handles_of(person), person.last_name.lower()}
        if any(name.startswith(wanted) for name in names):
            handle = local if locals_.count(local) == 1 else person.email
            found.append(Suggestion(handle, person.shown_name, person))
    return found[:SUGGESTIONS]
