"""Runs that leave the team: share links, exports, imports."""
