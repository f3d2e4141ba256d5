"""Rows of every model, each with people and teams of its own: what an N+1 would show on."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db.models import Model

from inference.models import Attempt, Generation
from playground.accounts.models import AuditEntry, Invitation, Membership, Team, User
from playground.alerts.models import Incident, Rule
from playground.alerts.models import Message as AlertMessage
from playground.analytics.models import (
    Histogram,
    Limits,
    Price,
    Rollup,
    Stretch,
    Summed,
    Watermark,
)
from playground.analytics.sampling import QueueSample
from playground.analytics.stretches import COUNTS
from playground.compare.models import Case, Comparison, Draft, Lane, Sample, Session, SetAside
from playground.discussion.models import Comment, Notice
from playground.prompts.models import Preset, Prompt, PromptVersion
from playground.quotas.models import Quota
from playground.reports.models import Subscription
from playground.sharing.models import ShareLink
from tests.factories import make_generation, make_user, team_of

CANARY = "canary-of-what-was-written"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
COUNTED: dict[str, Any] = {"level": "site", **dict.fromkeys(COUNTS, 1)}
WRITTEN = [{"role": "user", "content": CANARY}]
Maker = Callable[[], Model]


def owned() -> dict[str, Any]:
    """A new person, in a new team."""
    user = make_user(uuid.uuid4().hex[:12])
    return {"team": team_of(user), "author": user}


def generation() -> Generation:
    return make_generation(messages=WRITTEN, text=CANARY, error=CANARY, status="failed")


def session() -> Session:
    return Session.objects.create(**owned(), title=CANARY)


def comparison() -> Comparison:
    made = session()
    return Comparison.objects.create(
        session=made, team=made.team, author=made.author, number=1, key=uuid.uuid4(),
        messages=WRITTEN,
    )  # fmt: skip


def case() -> Case:
    run = comparison()
    return Case.objects.create(comparison=run, team=run.team, variables={"name": CANARY})


def lane() -> Lane:
    run = comparison()
    return Lane.objects.create(
        comparison=run, team=run.team, position=0, profile="small", settings={"stop": [CANARY]}
    )


def sample() -> Sample:
    made = lane()
    of = Case.objects.create(comparison=made.comparison, team=made.team)
    return Sample.objects.create(lane=made, case=of, team=made.team, generation=generation())


def draft() -> Draft:
    made = session()
    return Draft.objects.create(
        user=made.author, team=made.team, session=made, state={"text": CANARY}, tab=uuid.uuid4()
    )


def prompt() -> Prompt:
    return Prompt.objects.create(**owned(), name="Fox", description=CANARY)


def prompt_version() -> PromptVersion:
    made = prompt()
    return PromptVersion.objects.create(
        prompt=made, number=1, messages=WRITTEN, note=CANARY, team=made.team, author=made.author
    )


def comment() -> Comment:
    run = comparison()
    return Comment.objects.create(comparison=run, team=run.team, author=run.author, body=CANARY)


def notice() -> Notice:
    made = comment()
    return Notice.objects.create(user=made.author, team=made.team, comment=made, kind="mention")


def link() -> ShareLink:
    run = comparison()
    return ShareLink.objects.create(
        comparison=run, team=run.team, author=run.author, digest=uuid.uuid4().hex, hint="abcd",
        expires_at=LATER,
    )  # fmt: skip


def invitation() -> Invitation:
    own = owned()
    return Invitation.objects.create(
        team=own["team"], invited_by=own["author"], email="zoe@example.com",
        digest=uuid.uuid4().hex, expires_at=LATER,
    )  # fmt: skip


def audit_entry() -> AuditEntry:
    own = owned()
    return AuditEntry.objects.create(
        team=own["team"], actor=own["author"], actor_email=own["author"].email,
        action="team.changed", target="the name",
    )  # fmt: skip


def rollup() -> Rollup:
    hour = LATER + timedelta(hours=Rollup.objects.count())
    return Rollup.objects.create(hour=hour, **COUNTED)


def rule() -> Rule:
    return Rule.objects.create(
        team=owned()["team"], name=CANARY, measure="error_rate", limit=5, fire_after=1,
        resolve_after=2, webhook_url=f"https://{CANARY}/",
    )  # fmt: skip


def incident() -> Incident:
    return Incident.objects.create(rule=rule(), began_at=LATER, limit=5)


def subscription() -> Subscription:
    own = owned()
    return Subscription.objects.create(
        user=own["author"], team=own["team"], zone="UTC", sent_for=date(2026, 1, 5)
    )


def social_account() -> SocialAccount:
    return SocialAccount.objects.create(
        user=owned()["author"], provider="sso", uid=uuid.uuid4().hex, extra_data={}
    )


MAKERS: dict[type[Model], Maker] = {
    Group: lambda: Group.objects.create(name=uuid.uuid4().hex),
    EmailAddress: lambda: EmailAddress.objects.create(
        user=owned()["author"], email=f"{uuid.uuid4().hex}@example.com"
    ),
    Authenticator: lambda: Authenticator.objects.create(
        user=owned()["author"], type="totp", data={"secret": CANARY}
    ),
    UserSession: lambda: UserSession.objects.create(
        user=owned()["author"], session_key=uuid.uuid4().hex, ip="10.0.0.7", user_agent="Fox"
    ),
    SocialAccount: social_account,
    User: lambda: owned()["author"],
    Team: lambda: owned()["team"],
    Membership: lambda: Membership.objects.get(user=owned()["author"]),
    Invitation: invitation,
    AuditEntry: audit_entry,
    Generation: generation,
    Attempt: lambda: Attempt.objects.create(
        generation=generation(), number=1, worker="small@here:1", text=CANARY
    ),
    Prompt: prompt,
    PromptVersion: prompt_version,
    Preset: lambda: Preset.objects.create(
        **owned(), name="Cold", description=CANARY, settings={"stop": [CANARY]}
    ),
    Session: session,
    Comparison: comparison,
    Case: case,
    Lane: lane,
    Sample: sample,
    Draft: draft,
    SetAside: lambda: SetAside.objects.create(
        draft=draft(), state={"text": CANARY}, tab=uuid.uuid4()
    ),
    Comment: comment,
    Notice: notice,
    ShareLink: link,
    Rollup: rollup,
    Histogram: lambda: Histogram.objects.create(rollup=rollup()),
    Summed: lambda: Summed.objects.create(
        first_day=date(2026, 1, 1) + timedelta(days=Summed.objects.count()), days=1
    ),
    Stretch: lambda: Stretch.objects.create(
        first_day=date(2026, 1, 1) + timedelta(days=Stretch.objects.count()),
        days=1,
        **COUNTED,
    ),
    QueueSample: lambda: QueueSample.objects.create(
        at=LATER, profile=uuid.uuid4().hex, waiting=1, running=1, workers=1, oldest_s=1
    ),
    Quota: lambda: Quota.objects.create(team=owned()["team"], tokens_a_month=1000),
    Rule: rule,
    Incident: incident,
    AlertMessage: lambda: AlertMessage.objects.create(
        rule=rule(), change="test", channel="email", problem=CANARY
    ),
    Subscription: subscription,
    Watermark: lambda: Watermark.objects.create(name=uuid.uuid4().hex[:20], until=LATER),
    Limits: lambda: Limits.objects.create(team_id=Limits.objects.count() + 1, ttft_ms=500),
    Price: lambda: Price.objects.create(
        profile="small", since=date(2026, 1, 1) + timedelta(days=Price.objects.count())
    ),
}
