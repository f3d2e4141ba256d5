"""Every route of the site, and whose objects it shows: the table that the walk goes through."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models.functions import Now
from django.utils import timezone

from playground.accounts.models import Invitation, Membership, Role, Team
from playground.alerts.models import Rule
from playground.compare.models import Comparison, Session
from playground.discussion.models import Comment
from playground.prompts.models import Preset, Prompt, PromptVersion
from playground.sharing.models import ShareLink
from tests.factories import Cast, generations_of, make_session, team_of


class World:
    """One real object of each kind, all of Alice's; each is made when a route asks for it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.owned = {"team": cast.team, "author": cast.alice}

    @cached_property
    def session(self) -> Session:
        return make_session(self.cast.alice, "A fox and a lantern")

    @cached_property
    def run(self) -> Comparison:
        return Comparison.objects.get(session=self.session)

    @cached_property
    def comment(self) -> Comment:
        return Comment.objects.create(comparison=self.run, body="Look at this", **self.owned)

    @cached_property
    def link(self) -> ShareLink:
        digest = hashlib.sha256(b"a token").hexdigest()
        week = timezone.now() + timedelta(days=7)
        return ShareLink.objects.create(
            comparison=self.run, digest=digest, hint="a token", expires_at=week, **self.owned
        )

    @cached_property
    def prompt(self) -> Prompt:
        prompt = Prompt.objects.create(name="Fox", team=self.cast.team)
        PromptVersion.objects.create(
            prompt=prompt,
            number=1,
            messages=[{"role": "user", "content": "Hello {{name}}"}],
            **self.owned,
        )
        return prompt

    @cached_property
    def preset(self) -> Preset:
        return Preset.objects.create(name="Cold", settings={}, shared=True, **self.owned)

    @cached_property
    def team(self) -> Team:
        return self.cast.team

    @cached_property
    def gone(self) -> Team:
        """Another team of Alice's, deleted a moment ago."""
        team = Team.objects.create_owned(self.cast.alice, "Owl lab")
        Team.objects.filter(pk=team.pk).update(deleted_at=Now())
        return team

    @cached_property
    def member(self) -> Membership:
        return Membership.objects.get(user=self.cast.vera)

    @cached_property
    def invitation(self) -> Invitation:
        return self._invite(self.cast.team, "dora@example.com")

    @cached_property
    def invitation_to_alice(self) -> Invitation:
        EmailAddress.objects.create(user=self.cast.alice, email="al@x.example", verified=True)
        return self._invite(team_of(self.cast.charlie), "al@x.example")

    def _invite(self, team: Team, email: str) -> Invitation:
        week = timezone.now() + timedelta(days=7)
        return Invitation.objects.create(
            team=team, email=email, role=Role.MEMBER, digest=uuid.uuid4().hex, expires_at=week
        )

    @cached_property
    def sign_in(self) -> UserSession:
        return UserSession.objects.create(
            user=self.cast.alice, session_key="a" * 32, ip="127.0.0.1", user_agent="Lantern/1"
        )

    @cached_property
    def passkey(self) -> Authenticator:
        return Authenticator.objects.create(
            user=self.cast.alice, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"}
        )

    @cached_property
    def alert(self) -> Rule:
        return Rule.objects.create(
            team=self.cast.team, name="Slow", measure="ttft_p95", limit=500, fire_after=1,
            resolve_after=2,
        )  # fmt: skip

    def make_private(self) -> None:
        """Nothing is shared with the team any more."""
        for model in (Session, Comparison, Preset):
            model.objects.update(shared=False)

    def make_shared(self) -> None:
        for model in (Session, Comparison, Preset):
            model.objects.update(shared=True)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a real object of Alice's stands, and who of her team is kept from it."""

    path: Callable[[World], str]
    viewer_may_not: bool = False
    """Whether a viewer's POST is refused: it would change something."""
    leaders_only: bool = False
    """Whether members and viewers are refused whatever they ask."""
    can_be_private: bool = False
    """Whether a teammate finds nothing where Alice has not shared it."""
    alices_own: bool = False
    """Whether it is a person's and not a team's: a teammate finds nothing either."""


def _of_run(rest: str, **kept: bool) -> Route:
    return Route(
        lambda w: f"/sessions/{w.run.session.public_id}/runs/1/{rest}", can_be_private=True, **kept
    )


def _of_answer(rest: str, **kept: bool) -> Route:
    return Route(
        lambda w: f"{w.run.get_absolute_url()}answers/{generations_of(w.session)[0].pk}/{rest}",
        can_be_private=True,
        **kept,
    )


def _of_session(rest: str, **kept: bool) -> Route:
    return Route(lambda w: f"/sessions/{w.session.public_id}/{rest}", can_be_private=True, **kept)


def _of_comment(rest: str, **kept: bool) -> Route:
    return Route(lambda w: f"/comments/{w.comment.pk}/{rest}", can_be_private=True, **kept)


def _of_prompt(rest: str, **kept: bool) -> Route:
    return Route(lambda w: f"/library/prompts/{w.prompt.public_id}/{rest}", **kept)


def _of_preset(rest: str, **kept: bool) -> Route:
    return Route(
        lambda w: f"/library/presets/{w.preset.public_id}/{rest}", can_be_private=True, **kept
    )


def _of_team(rest: str, **kept: bool) -> Route:
    return Route(lambda w: f"/teams/{w.team.public_id}/{rest}", **kept)


def _of_member(rest: str) -> Route:
    return Route(
        lambda w: f"/teams/{w.team.public_id}/members/{w.member.pk}/{rest}", leaders_only=True
    )


def _of_invitation(rest: str) -> Route:
    return Route(
        lambda w: f"/teams/{w.team.public_id}/invitations/{w.invitation.pk}/{rest}",
        leaders_only=True,
    )


def _of_alert(rest: str) -> Route:
    return Route(lambda w: f"/usage/alerts/{w.alert.public_id}/{rest}", leaders_only=True)


def _beside(w: World) -> str:
    run = f"{w.run.session.public_id}/1"
    return f"/runs/beside/?a={run}&b={run}"


OBJECTS: dict[str, Route] = {
    "session": _of_session(""),
    "share_session": _of_session("shared/", viewer_may_not=True),
    "export_session": _of_session("export.json"),
    "run": _of_run(""),
    "beside": Route(_beside, can_be_private=True),
    "insight": _of_run("insight/"),
    "capsule": _of_run("insight/capsule.json"),
    "run_again": _of_run("insight/again/", viewer_may_not=True),
    "session_insight": _of_session("insight/"),
    "label_run": _of_run("label/", viewer_may_not=True),
    "pin_run": _of_run("pin/", viewer_may_not=True),
    "share_run": _of_run("shared/", viewer_may_not=True),
    "samples": _of_run("lanes/0/samples/"),
    "tokens": _of_answer("tokens/"),
    "formatted": _of_answer("formatted/"),
    "fork": _of_answer("fork/", viewer_may_not=True),
    "export_run": _of_run("export.json"),
    "run_links": _of_run("links/", viewer_may_not=True),
    "revoke_link": Route(lambda w: f"/links/{w.link.pk}/revoke/", alices_own=True),
    "comments": _of_run("comments/", viewer_may_not=True),
    "mentions": _of_run("mentions/?q=al"),
    "comment": _of_comment("", viewer_may_not=True),
    "edit_comment": _of_comment("edit/"),
    "delete_comment": _of_comment("delete/", viewer_may_not=True),
    "prompt": _of_prompt(""),
    "edit_prompt": _of_prompt("edit/", viewer_may_not=True),
    "archive_prompt": _of_prompt("archive/", viewer_may_not=True),
    "delete_prompt": _of_prompt("delete/", viewer_may_not=True),
    "use_prompt": _of_prompt("use/"),
    "prompt_versions": _of_prompt("versions/"),
    "prompt_diff": _of_prompt("diff/?from=1&to=1"),
    "prompt_version": _of_prompt("versions/1/"),
    "restore_version": _of_prompt("versions/1/restore/", viewer_may_not=True),
    "prompt_runs": _of_prompt("runs/"),
    "preset": _of_preset(""),
    "edit_preset": _of_preset("edit/", viewer_may_not=True),
    "delete_preset": _of_preset("delete/", viewer_may_not=True),
    "use_preset": _of_preset("use/"),
    "preset_runs": _of_preset("runs/"),
    "team": _of_team(""),
    "leave_team": _of_team("leave/"),
    "transfer_team": _of_team("transfer/", leaders_only=True),
    "team_settings": _of_team("settings/", viewer_may_not=True),
    "delete_team": _of_team("delete/", leaders_only=True),
    "restore_team": Route(lambda w: f"/teams/{w.gone.public_id}/restore/", alices_own=True),
    "audit_log": _of_team("audit/", leaders_only=True),
    "export_audit_log": _of_team("audit/log.json", leaders_only=True),
    "team_invitations": _of_team("invitations/", leaders_only=True),
    "resend_invitation": _of_invitation("resend/"),
    "revoke_invitation": _of_invitation("revoke/"),
    "member_role": _of_member("role/"),
    "remove_member": _of_member("remove/"),
    "alert": _of_alert(""),
    "mute_alert": _of_alert("mute/"),
    "delete_alert": _of_alert("delete/"),
    "test_alert": _of_alert("test/"),
    "join_team": Route(lambda w: f"/teams/join/{w.invitation_to_alice.pk}/", alices_own=True),
    "end_session": Route(lambda w: f"/account/sessions/{w.sign_in.pk}/end/", alices_own=True),
    "mfa_edit_webauthn": Route(
        lambda w: f"/accounts/2fa/webauthn/keys/{w.passkey.pk}/edit/",
        alices_own=True,
    ),
    "mfa_remove_webauthn": Route(
        lambda w: f"/accounts/2fa/webauthn/keys/{w.passkey.pk}/remove/",
        alices_own=True,
    ),
}

SIGNED_IN: dict[str, str] = {
    "workbench": "/",
    "history": "/sessions/",
    "runs": "/runs/",
    "code": "/code/",
    "draft": "/drafts/",
    "count_tokens": "/tokens/count/",
    "show_tokens": "/tokens/",
    "check_form": "/form/",
    "library": "/library/",
    "presets": "/library/presets/",
    "new_prompt": "/library/prompts/new/",
    "new_preset": "/library/presets/new/",
    "pick_prompts": "/library/prompts/pick/",
    "pick_presets": "/library/presets/pick/",
    "inbox": "/inbox/",
    "read_inbox": "/inbox/read/",
    "team_links": "/links/",
    "exchange": "/exchange/",
    "usage": "/usage/",
    "usage_people": "/usage/people/",
    "usage_models": "/usage/models/",
    "usage_keys": "/usage/keys/",
    "usage_sources": "/usage/sources/",
    "usage_settings": "/usage/settings/",
    "usage_latency": "/usage/latency/",
    "usage_load": "/usage/load/",
    "usage_requests": "/usage/requests/",
    "usage_cost": "/usage/cost/",
    "export_usage": "/usage/overview/over-time.csv",
    "site_usage": "/usage/site/",
    "site_usage_teams": "/usage/site/teams/",
    "site_usage_people": "/usage/site/people/",
    "site_usage_models": "/usage/site/models/",
    "site_usage_keys": "/usage/site/keys/",
    "site_usage_sources": "/usage/site/sources/",
    "site_usage_settings": "/usage/site/settings/",
    "site_usage_latency": "/usage/site/latency/",
    "site_usage_load": "/usage/site/load/",
    "site_usage_requests": "/usage/site/requests/",
    "site_usage_cost": "/usage/site/cost/",
    "export_site_usage": "/usage/site/overview/over-time.csv",
    "alerts": "/usage/alerts/",
    "new_alert": "/usage/alerts/new/",
    "incidents": "/usage/alerts/incidents/",
    "site_alerts": "/usage/site/alerts/",
    "new_site_alert": "/usage/site/alerts/new/",
    "site_incidents": "/usage/site/alerts/incidents/",
    "quota": "/usage/quota/",
    "export_quota": "/usage/quota/burn-down.csv",
    "report": "/usage/report/",
    "export_sessions": "/exchange/sessions.json",
    "export_library": "/exchange/library.json",
    "engines": "/engines/",
    "start_engine": "/engines/small/start/",
    "stop_engine": "/engines/small/stop/",
    "teams": "/teams/",
    "new_team": "/teams/new/",
    "switch_team": "/teams/switch/",
    "account": "/account/",
    "account_data": "/account/data/",
    "export_account": "/account/data/export/",
    "delete_account": "/account/delete/",
    "account_reauthenticate": "/accounts/reauthenticate/",
    "account_email": "/accounts/email/",
    "account_change_password": "/accounts/password/change/",
    "account_set_password": "/accounts/password/set/",
    "usersessions_list": "/accounts/sessions/",
    "socialaccount_connections": "/accounts/3rdparty/",
    "mfa_index": "/accounts/2fa/",
    "mfa_reauthenticate": "/accounts/2fa/reauthenticate/",
    "mfa_activate_totp": "/accounts/2fa/totp/activate/",
    "mfa_deactivate_totp": "/accounts/2fa/totp/deactivate/",
    "mfa_view_recovery_codes": "/accounts/2fa/recovery-codes/",
    "mfa_generate_recovery_codes": "/accounts/2fa/recovery-codes/generate/",
    "mfa_download_recovery_codes": "/accounts/2fa/recovery-codes/download/",
    "mfa_list_webauthn": "/accounts/2fa/webauthn/",
    "mfa_add_webauthn": "/accounts/2fa/webauthn/add/",
    "mfa_reauthenticate_webauthn": "/accounts/2fa/webauthn/reauthenticate/",
}
"""Pages of whoever is signed in; nothing in their address names an object."""

VIEWER_MAY_NOT_POST = {
    "new_prompt", "new_preset", "exchange", "new_alert", "report", "start_engine", "stop_engine",
}  # fmt: skip

OPEN = {
    "healthz", "readyz", "metrics", "invitation", "shared_run", "stop_report",
    "account_login", "account_signup", "account_inactive", "account_logout",
    "account_email_verification_sent", "account_confirm_email", "account_confirm_login_code",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
    "openid_connect_login", "openid_connect_callback",
    "accounts/social/login/cancelled/", "accounts/social/login/error/", "accounts/social/signup/",
    "accounts/social/connections/",
}  # fmt: skip
"""For people who need no account, or are about to sign in; a token is all that a link knows by."""
