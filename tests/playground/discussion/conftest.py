"""What is talked about. Imports are late: models need Django, which is set up after this file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playground.compare.models import Comparison
    from tests.factories import Cast


@pytest.fixture
def run(cast: Cast) -> Comparison:
    """A run of Alice's that her team sees."""
    from tests.factories import make_session

    return make_session(cast.alice, "A fox and a lantern").comparisons.get()


@pytest.fixture
def private_run(cast: Cast) -> Comparison:
    """A run that Alice has not shared."""
    from tests.factories import make_session

    return make_session(cast.alice, "A secret fox", shared=False).comparisons.get()
