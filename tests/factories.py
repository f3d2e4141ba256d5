"""Things to test with. Alice owns, Bob is her teammate, Vera looks on, Charlie is foreign."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inference.models import Generation, Status
from playground.accounts.access import current_membership
from playground.accounts.models import Membership, Role, Team, User
from playground.compare.models import Case, Comparison, Lane, Sample, Session

PASSWORD = "a lantern in the fog 7"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, and Alice's team, which Bob and Vera joined."""

    alice: User
    bob: User
    vera: User
    charlie: User
    team: Team


def make_user(name: str, password: str | None = None) -> User:
    """A person; hashing a password takes long, so only those have one who type it."""
    return User.objects.create_user(f"{name}@example.com", password)


def make_cast() -> Cast:
    alice, charlie = make_user("alice"), make_user("charlie")
    team = team_of(alice)
    return Cast(
        alice,
        join(make_user("bob"), team, Role.MEMBER),
        join(make_user("vera"), team, Role.VIEWER),
        charlie,
        team,
    )


def team_of(user: User) -> Team:
    return Team.objects.get(memberships__user=user)


def membership_of(user: User) -> Membership:
    """What `user` acts under."""
    return current_membership(user)


def join(user: User, team: Team, role: Role) -> User:
    """Move a person into a team: the first membership is the one they act under."""
    Membership.objects.filter(user=user).delete()
    Membership.objects.create(user=user, team=team, role=role)
    return user


def make_generation(**fields: Any) -> Generation:
    """A queued generation of nobody in particular."""
    return Generation.objects.create(
        **{
            "team_id": 1,
            "profile": "small",
            "messages": [{"role": "user", "content": "What is KV caching?"}],
            "settings": {"max_tokens": 16},
            "seed": 7,
            **fields,
        }
    )


def make_session(
    author: User,
    title: str = "What is KV caching?",
    statuses: Sequence[str] = (Status.QUEUED,),
    shared: bool = True,
) -> Session:
    """A session with one run that has a lane of each status, shared with the team or private."""
    team = team_of(author)
    session = Session.objects.create(team=team, author=author, title=title, runs=1, shared=shared)
    messages = [{"role": "user", "content": title}]
    comparison = Comparison.objects.create(
        session=session,
        team=team,
        author=author,
        number=1,
        key=uuid.uuid4(),
        messages=messages,
        shared=shared,
    )
    case = Case.objects.create(comparison=comparison, team=team)
    for position, status in enumerate(statuses):
        lane = Lane.objects.create(
            comparison=comparison, team=team, position=position, profile="small", settings={}
        )
        generation = make_generation(
            team_id=team.pk, user_id=author.pk, messages=messages, status=status
        )
        Sample.objects.create(lane=lane, case=case, team=team, generation=generation)
    return session


def generations_of(session: Session) -> list[Generation]:
    return list(Generation.objects.filter(sample__lane__comparison__session=session).order_by("id"))
