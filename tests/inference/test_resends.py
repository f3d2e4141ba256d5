"""Tasks that were lost on the way are sent again, others are not."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from inference import ledger
from inference.models import Generation
from tests.factories import make_generation
from tests.inference.results import claimed

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_sends_what_was_never_sent_once() -> None:
    row = make_generation()
    assert ledger.unsent(["small"]) == [(row.pk, "small")]
    assert ledger.unsent(["small"]) == []


def test_it_sends_again_what_has_waited_long() -> None:
    row = make_generation(sent_at=Now())
    assert ledger.unsent(["small"]) == []
    Generation.objects.update(sent_at=Now() - timedelta(seconds=ledger.RESEND_SECONDS + 1))
    assert ledger.unsent(["small"]) == [(row.pk, "small")]


def test_it_sends_only_what_waits_for_these_profiles() -> None:
    make_generation(profile="other")
    claimed()
    assert ledger.unsent(["small"]) == []
    assert ledger.queued_profiles() == ["other"]
