"""The comments of a run as they are read: the newest at the end, earlier ones on request."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.compare.models import Comparison, Sample
from playground.discussion.access import comments_on
from playground.discussion.models import Comment

PAGE = 50


@dataclass(frozen=True, slots=True)
class Thread:
    """Comments, oldest first. `before` asks for those before them, None when there are none;
    `count` is how many the run has. `lanes` are pairs of a lane's position and the generation
    that is shown there.
    """

    comments: Sequence[Comment]
    before: int | None
    count: int
    lanes: Sequence[tuple[int, int]]


def thread_of(comparison: Comparison, before: str = "", at: str = "") -> Thread:
    """The last comments, or those before the comment of the id `before`. With `at`, a comment's
    id, as many as it takes to hold that one.
    """
    found = comments_on(comparison)
    count = found.count()
    end, wanted = _id(before), _id(at)
    if end is not None:
        found = found.filter(id__lt=end)
    size = PAGE
    if wanted is not None:
        size = max(PAGE, min(found.filter(id__gte=wanted).count(), 20 * PAGE))
    rows = list(found.reverse()[: size + 1])
    shown = rows[:size][::-1]
    return Thread(shown, shown[0].pk if len(rows) > size else None, count, _lanes(comparison))


def _lanes(comparison: Comparison) -> list[tuple[int, int]]:
    first = Sample.objects.filter(lane__comparison=comparison, case__number=1, number=1)
    return list(first.order_by("lane__position").values_list("lane__position", "generation_id"))


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
