"""The command that draws usage: as many as asked for, summed, and shown."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from inference.models import Generation
from playground.accounts.models import User
from playground.analytics.models import Rollup, Stretch
from playground.analytics.sampling import QueueSample
from tests.playground.analytics.asked import table

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_draws_and_sums_as_many_as_asked_for() -> None:
    call_command("make_usage", generations=400, days=3, teams=2, verbosity=0)
    assert Generation.objects.count() == 400
    sites = Rollup.objects.filter(level="site")
    assert sites.aggregate(all=Sum("requests"))["all"] == 400
    assert Stretch.objects.filter(level="site", days=1).exists()
    assert QueueSample.objects.exists()
    owner = User.objects.get(email="team1.person1@usage.example.com")
    rows = table(owner, "/usage/people/", "by-user")
    assert 0 < sum(row["requests"] for row in rows) < 400
    assert not owner.has_usable_password()


def test_it_says_what_it_cannot_draw() -> None:
    with pytest.raises(CommandError, match="--days must be at least 1"):
        call_command("make_usage", days=0)
