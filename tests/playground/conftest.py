"""The cast of the product's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.factories import Cast


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Alice and her team. Imported late: models need Django, which is set up after this file."""
    from tests.factories import make_cast

    return make_cast()
