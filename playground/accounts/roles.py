"""What each role may do. One table: the code asks it, and docs/roles.md shows it."""

from collections.abc import Mapping
from enum import StrEnum

from playground.accounts.models import Role

EVERYONE = frozenset(Role)
WORKING = frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER})
LEADING = frozenset({Role.OWNER, Role.ADMIN})
OWNING = frozenset({Role.OWNER})


class Permission(StrEnum):
    """Something that a person does for a team. The value ends the sentence “You may not …”."""

    VIEW = "see what this team shares"
    LEAVE = "leave this team"
    RUN = "run or stop prompts in this team"
    COMMENT = "comment in this team"
    MODERATE = "delete other people's comments in this team"
    ORGANIZE = "name, tag or pin runs in this team"
    EDIT_LIBRARY = "change this team's prompts and presets"
    SHARE = "share runs of this team"
    IMPORT = "import into this team"
    EXPORT = "export from this team"
    SEE_MEMBERS = "see who is in this team"
    INVITE = "invite people to this team"
    MANAGE_MEMBERS = "change who is in this team"
    CHANGE_TEAM = "change this team's settings"
    SEE_AUDIT = "see this team's audit log"
    SEE_USAGE = "see this team's usage"
    MANAGE_ENGINES = "start or stop engines"
    MANAGE_LINKS = "revoke other people's share links in this team"
    TRANSFER = "hand this team over to someone else"
    DELETE_TEAM = "delete this team"


ALLOWED: Mapping[Permission, frozenset[Role]] = {
    Permission.VIEW: EVERYONE,
    Permission.LEAVE: EVERYONE,
    Permission.SEE_MEMBERS: EVERYONE,
    Permission.EXPORT: EVERYONE,
    Permission.RUN: WORKING,
    Permission.COMMENT: WORKING,
    Permission.MODERATE: LEADING,
    Permission.ORGANIZE: WORKING,
    Permission.EDIT_LIBRARY: WORKING,
    Permission.SHARE: WORKING,
    Permission.IMPORT: WORKING,
    Permission.INVITE: LEADING,
    Permission.MANAGE_MEMBERS: LEADING,
    Permission.CHANGE_TEAM: LEADING,
    Permission.SEE_AUDIT: LEADING,
    Permission.SEE_USAGE: LEADING,
    Permission.MANAGE_ENGINES: LEADING,
    Permission.MANAGE_LINKS: LEADING,
    Permission.TRANSFER: OWNING,
    Permission.DELETE_TEAM: OWNING,
}


def allows(role: str, permission: Permission) -> bool:
    """Whether `role` may do it. An unknown role may nothing."""
    return role in ALLOWED[permission]
