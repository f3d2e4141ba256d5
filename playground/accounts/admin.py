"""People and teams for the site's staff. The log of changes is for reading only.

Staff sign in as everyone does, with the same limits and second factor (see urls.py).
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.http import HttpRequest

from inference.staff import BoundedPaginator, ReadOnlyAdmin
from playground.accounts.models import AuditEntry, Invitation, Membership, Team, User

admin.site.site_header = admin.site.site_title = "Inference Playground: staff"
admin.site.index_title = "Everything that there is"


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "role", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff let people in or shut them out; passwords are set by their owners."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    date_hierarchy = "date_joined"
    fields = ("email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes staff: nobody raises themselves here."""
        raising = (
            () if getattr(request.user, "is_superuser", False) else ("is_staff", "is_superuser")
        )
        return ("email", *raising)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("name", "id", "public_id", "personal", "created_at", "deleted_at")
    list_filter = ("personal", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "=public_id", "memberships__user__email")
    ordering = ("-id",)
    date_hierarchy = "created_at"
    inlines = (MembershipInline,)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "team", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "team")
    search_fields = ("user__email", "team__name")
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = (
        "email",
        "team",
        "role",
        "invited_by",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("team", "invited_by")
    search_fields = ("email", "team__name")
    ordering = ("-id",)
    exclude = ("digest",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "team", "actor_email", "action", "target", "address")
    list_filter = ("action",)
    list_select_related = ("team",)
    search_fields = ("actor_email", "target", "team__name")
    ordering = ("-id",)
    date_hierarchy = "at"


# What these show as they come: the secrets of second factors, keys of sessions, a provider's secret
# (which is the environment's here, and not a row's).
admin.site.unregister([Authenticator, UserSession, SocialApp, SocialToken])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors: staff may take one away from who has lost it, and never see its secret."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-id",)
    exclude = ("data",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("mfa.delete_authenticator"))


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Where people are signed in. They end sessions themselves; shutting out is on the person."""

    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("user__email", "=ip")
    ordering = ("-id",)
    exclude = ("session_key", "data")
