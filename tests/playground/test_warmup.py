"""What a web process does before it takes its first request."""

import gc
from collections.abc import Iterator

import pytest

from playground.warmup import warm_up

pytestmark = pytest.mark.stores


@pytest.fixture
def heap() -> Iterator[None]:
    gc.unfreeze()  # a worker's loop may have run in this process
    yield
    gc.unfreeze()


@pytest.mark.django_db
@pytest.mark.usefixtures("heap")
def test_what_is_there_at_the_start_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    warm_up()
    assert gc.get_freeze_count() - before > 10_000
    assert len(gc.get_objects()) < gc.get_freeze_count()
