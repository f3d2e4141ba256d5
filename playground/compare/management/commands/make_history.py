"""Make a large history to measure or look at: `manage.py make_history --generations 1000000`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from playground.compare.made_history.filling import fill_history


class Command(BaseCommand):
    help = (
        "Make a team of its own with a made-up history. Meant for a database of its own: the "
        "search indexes are built anew, and whoever runs something meanwhile waits."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--generations", type=int, default=1_000_000)
        parser.add_argument("--team", default="Made-up history")

    def handle(self, *args: Any, generations: int, team: str, **options: Any) -> None:
        made = fill_history(generations, team, self._say)
        self.stdout.write(f"{made.name}: {made.public_id}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
