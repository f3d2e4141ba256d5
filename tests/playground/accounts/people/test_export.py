"""The copy of everything: all that is one's own, nothing of others, no secrets."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from inference.models import Generation
from playground.accounts.models import Invitation, Membership, Role, User
from playground.accounts.people.export import parts
from playground.discussion.models import Comment
from playground.prompts.models import Preset, Prompt, PromptVersion
from tests.factories import make_session, team_of
from tests.playground.accounts.people.doing import signed_in, turn_totp_on

pytestmark = pytest.mark.django_db
PATH = "/account/data/export/"


def copy_of(client: Client) -> dict[str, Any]:
    answer = client.post(PATH)
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    read: dict[str, Any] = json.loads(async_to_sync(whole)(answer))
    return read


async def whole(answer: Any) -> bytes:
    return b"".join([part async for part in answer])


def test_it_holds_everything_of_a_person(alice: User) -> None:
    team = team_of(alice)
    session = make_session(alice, "Where is the fox?")
    Generation.objects.update(text="In the fog, “as ever”.", token_ids=[1, 2])
    Comment.objects.create(
        comparison=session.comparisons.get(), team=team, author=alice, body="Well said"
    )
    prompt = Prompt.objects.create(team=team, author=alice, name="Foxes")
    PromptVersion.objects.create(prompt=prompt, team=team, number=1, author=alice, messages=[])
    Preset.objects.create(team=team, author=alice, name="Calm", settings={"temperature": 0.2})
    client = signed_in(alice)
    secret = turn_totp_on(client)
    key = str(client.session.session_key)
    copy = copy_of(client)
    assert copy["profile"][0]["email"] == "alice@example.com"
    assert copy["memberships"][0]["role"] == "owner"
    [run] = copy["runs"]
    assert run["messages"][0]["content"] == "Where is the fox?"
    assert run["lanes"][0]["answers"][0]["text"] == "In the fog, “as ever”."
    assert copy["prompts"][0]["prompt"] == "Foxes"
    assert copy["presets"][0]["settings"] == {"temperature": 0.2}
    assert copy["comments"][0]["body"] == "Well said"
    assert len(copy["sign_ins"]) == UserSession.objects.count() == 1
    assert {one["type"] for one in copy["second_factors"]} == {"totp", "recovery_codes"}
    assert set(parts()) <= copy.keys()
    written = json.dumps(copy)
    assert not [hidden for hidden in (secret, key, alice.password) if hidden in written]


def test_it_holds_nothing_of_others(alice: User, bob: User) -> None:
    Membership.objects.create(user=bob, team=team_of(alice), role=Role.ADMIN)
    make_session(alice, "Where is the lantern?")
    assert "lantern" not in json.dumps(copy_of(signed_in(bob)))


def test_it_holds_nothing_of_a_team_that_one_has_left(alice: User) -> None:
    session = make_session(alice, "Where is the lantern?")
    Membership.objects.filter(team=session.team).delete()
    client = Client()
    client.force_login(alice)
    Membership.objects.create(user=alice, team=team_of_another(), role=Role.MEMBER)
    assert copy_of(client)["runs"] == []


def team_of_another() -> Any:
    from tests.factories import make_user

    return team_of(make_user("dora"))


def test_it_is_limited(alice: User) -> None:
    client = signed_in(alice)
    for _ in range(3):
        copy_of(client)
    assert client.post(PATH).status_code == 429
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize("verified", [True, False])
def test_it_tells_of_invitations_to_confirmed_addresses_alone(
    alice: User, bob: User, verified: bool
) -> None:
    """Whoever signs up under a stranger's address must not learn who invited them."""
    Invitation.objects.create(
        team=team_of(bob), email=alice.email, digest="0" * 64, invited_by=bob,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    EmailAddress.objects.update_or_create(
        user=alice, email=alice.email, defaults={"verified": verified, "primary": True}
    )
    assert len(copy_of(signed_in(alice))["invitations"]) == verified
