"""People, teams, and who belongs where. Every other object of the product belongs to one team."""

from playground.accounts.models.audit import AuditAction, AuditEntry
from playground.accounts.models.invitations import Invitation
from playground.accounts.models.people import User, UserManager
from playground.accounts.models.teams import Membership, Role, Team, TeamManager

__all__ = [
    "AuditAction",
    "AuditEntry",
    "Invitation",
    "Membership",
    "Role",
    "Team",
    "TeamManager",
    "User",
    "UserManager",
]
