"""`manage.py rebuild_usage`: sum a range of days anew, after a team's limits changed, say."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from playground.analytics.rollups import hours, oldest_whole_hour, rebuild_hour
from playground.analytics.stretches import sum_stretches

MOST_DAYS = 4000


class Command(BaseCommand):
    help = "Sum the usage of a range of days (UTC) anew from its requests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("since", type=date.fromisoformat, help="The first day, as 2026-01-31.")
        parser.add_argument("until", type=date.fromisoformat, help="The last day, included.")

    def handle(self, *args: Any, since: date, until: date, **options: Any) -> None:
        if not since <= until <= since + timedelta(days=MOST_DAYS):
            raise CommandError(f"Give the first day and then the last, {MOST_DAYS} days at most.")
        start = datetime.combine(since, time(), UTC)
        end = min(datetime.combine(until, time(), UTC) + timedelta(days=1), timezone.now())
        oldest = oldest_whole_hour()
        if oldest is not None and oldest > start:
            self.stdout.write(
                f"Requests before {oldest:%Y-%m-%d %H:%M} UTC are gone: their sums stay."
            )
            start = oldest
        self._sum(start, end)

    def _sum(self, start: datetime, end: datetime) -> None:
        every = list(hours(start, end)) if start < end else []
        for number, hour in enumerate(every, 1):
            rebuild_hour(hour)
            if number % 100 == 0:
                self.stdout.write(f"{number:,} of {len(every):,} hours summed")
        while sum_stretches():
            pass
        self.stdout.write(f"Summed {len(every):,} hours.")
