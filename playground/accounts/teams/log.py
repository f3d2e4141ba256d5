"""The audit log as it is read: filtered, a page at a time, and taken out as a file."""

import csv
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from playground.accounts.access import require
from playground.accounts.models import AuditEntry, Membership
from playground.accounts.roles import Permission
from playground.places import Place

PAGE = 50
COLUMNS = ("at", "who", "action", "target", "detail", "address", "agent")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, newest first; `before` leads to the next page, empty at the end."""

    entries: list[AuditEntry]
    before: str


def entries_of(membership: Membership, **filters: Any) -> QuerySet[AuditEntry]:
    """The team's log, newest first. Filters: action, who (an address), since and until (dates,
    both included). Raises Forbidden.
    """
    require(membership, Permission.SEE_AUDIT)
    entries = AuditEntry.objects.filter(team_id=membership.team_id).order_by("-at", "-id")
    if "action" in filters:
        entries = entries.filter(action=filters["action"])
    if "who" in filters:
        entries = entries.filter(actor_email=filters["who"])
    if "since" in filters:
        entries = entries.filter(at__gte=_start_of(filters["since"]))
    if "until" in filters and filters["until"] < date.max:
        entries = entries.filter(at__lt=_start_of(filters["until"] + timedelta(days=1)))
    return entries


def actors_of(membership: Membership) -> list[str]:
    """Who did something that the log knows of."""
    require(membership, Permission.SEE_AUDIT)
    entries = AuditEntry.objects.filter(team_id=membership.team_id).exclude(actor_email="")
    return list(entries.order_by("actor_email").values_list("actor_email", flat=True).distinct())


def page_of(entries: QuerySet[AuditEntry], before: str) -> LogPage:
    """The page that follows the cursor `before`; one that makes no sense gives the first."""
    place = Place.decode(before)
    if place is not None:
        entries = entries.filter(place.older("at"))
    found = list(entries[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return LogPage(found[:PAGE], Place(last.at, last.pk).encode() if last else "")


async def as_csv(entries: QuerySet[AuditEntry]) -> AsyncIterator[str]:
    """Lines of a table that no spreadsheet takes for formulas."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    async for entry in entries.aiterator(chunk_size=500):
        row = _as_dict(entry)
        row["detail"] = json.dumps(row["detail"], ensure_ascii=False) if row["detail"] else ""
        yield writer.writerow([plain(row[column]) for column in COLUMNS])


async def as_json(entries: QuerySet[AuditEntry]) -> AsyncIterator[str]:
    """One list."""
    yield "["
    between = "\n"
    async for entry in entries.aiterator(chunk_size=500):
        yield between + json.dumps(_as_dict(entry), ensure_ascii=False)
        between = ",\n"
    yield "\n]\n"


def plain(cell: Any) -> str:
    """A cell that begins like a formula is led by an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Echo:
    """A file for `csv` that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _as_dict(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.astimezone(UTC).isoformat(),
        "who": entry.actor_email,
        "action": entry.action,
        "target": entry.target,
        "detail": entry.detail,
        "address": entry.address,
        "agent": entry.agent,
    }


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
