"""One page of a team's runs, newest first, narrowed by filters: fast whatever is asked for.

What matches is either frequent, and then a page is full after a few of the newest runs, or rare,
and then an index knows all of it. No planner can tell which from statistics alone (two frequent
words may never meet), so both ways are gone: first through the newest runs that the person may
see (NEAR, then FAR of them), and where these do not fill the page, through the filters' indexes.
See docs/decisions/0005-two-ways-through-the-history.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from psycopg.errors import QueryCanceled

from playground.accounts.models import Membership
from playground.compare.history.filters import FIGURES, Filters
from playground.compare.history.scanning import (
    Candidates,
    Hit,
    candidates_of,
    first_matching,
    last_of,
    together,
)
from playground.compare.history.search import (
    by_code,
    by_words,
    by_words_apart,
    holding,
    is_phrase,
    looks_like_code,
)
from playground.compare.models import Comparison, Lane
from playground.places import Place

PAGE = 20
NEAR, FAR = 1000, 5000
FREQUENT = 100
"""What is in one of so many of the newest runs is frequent."""

MAX_HELD = 300
"""How many runs that the index finds for code or a phrase are read through for one page."""

MAX_PINNED = 50
TIMEOUT_MS = 2000


class TooSlow(Exception):
    """The search was given up. The message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This search looks through too much. Narrow it: add a word, a date, an author or a "
            "model."
        )


@dataclass(frozen=True, slots=True)
class RunPage:
    """Ids of runs in their order; `before` asks for the next page, None when there is none.

    `exact` says whether the search was taken sign by sign. A page of code or of a phrase may be
    short and yet have a next one: what was looked through for it is bounded.
    """

    ids: Sequence[int]
    before: str | None
    exact: bool = False


def runs_of(membership: Membership, filters: Filters, before: str | None = None) -> RunPage:
    """One page of the runs that a person may see. Raises TooSlow.

    Where words find nothing at all, they are looked for sign by sign.
    """
    if filters.words and looks_like_code(filters.words):
        filters = filters.exactly()
    with limited():
        page = _page(membership, filters, before)
        ended = page.before is None and not before
        if not page.ids and ended and filters.words and not filters.exact:
            exact = _page(membership, filters.exactly(), None)
            page = exact if exact.ids else page
    return page


def pinned_of(membership: Membership, filters: Filters) -> list[int]:
    """The runs pinned last that match, at most MAX_PINNED. Raises TooSlow."""
    exact = filters.exact or looks_like_code(filters.words)
    pinned = _in_range(Comparison.objects.visible_to(membership), filters, None).exclude(
        pinned_at=None
    )
    with limited():
        if filters.words and exact:
            matching = _matching(pinned, filters.exactly())
            ids = [id for id, _ in matching.values_list("id", "created_at")[:MAX_HELD]]
            pinned = holding(Comparison.objects.filter(pk__in=ids), filters.words)
        else:
            pinned = _matching(pinned, filters)
            pinned = pinned.filter(by_words(filters.words)) if filters.words else pinned
        newest = pinned.order_by("-pinned_at", "-id").values_list("id", flat=True)
        return list(newest[:MAX_PINNED])


@contextmanager
def limited() -> Iterator[None]:
    """Whatever is asked for, a search may not hold a connection for long. Raises TooSlow."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT_MS}")
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _page(membership: Membership, filters: Filters, before: str | None) -> RunPage:
    place = Place.decode(before)
    if filters.words and (filters.exact or is_phrase(filters.words)):
        return _held_page(membership, filters, place)
    hits = _near(membership, filters, place, PAGE + 1)
    if len(hits) <= PAGE and not filters.by_index_order:
        hits = _everywhere(membership, filters, place, PAGE + 1)
    return _cut(hits, exact=False)


def _held_page(membership: Membership, filters: Filters, place: Place | None) -> RunPage:
    """Hold what the index finds against the text.

    Where it finds much, FAR of the newest runs are enough for one page, and the next goes on where
    these end; where it finds little, at most MAX_HELD of all are read.
    """
    hits = _within(membership, filters, place, MAX_HELD, NEAR)
    frequent = len(hits) * FREQUENT >= NEAR
    page, full = _held(hits, filters)
    if not full:
        ways = _far if frequent else _everywhere
        hits = ways(membership, filters, place, MAX_HELD)
        page, full = _held(hits, filters)
    if full:
        return page
    if len(hits) == MAX_HELD:
        return replace(page, before=Place(hits[-1][1], hits[-1][0]).encode())
    return replace(page, before=_end(membership, filters, place)) if frequent else page


def _far(
    membership: Membership, filters: Filters, place: Place | None, count: int
) -> Sequence[Hit]:
    return _within(membership, filters, place, count, FAR)


def _end(membership: Membership, filters: Filters, place: Place | None) -> str | None:
    """Where the newest FAR runs older than `place` end; None where there are no more."""
    last = last_of(_newest(membership, filters, place, FAR), FAR)
    return Place(last[1], last[0]).encode() if last else None


def _held(hits: Sequence[Hit], filters: Filters) -> tuple[RunPage, bool]:
    """A page of those that hold the text or the phrase, and whether there are more than fit."""
    among = Comparison.objects.filter(pk__in=[id for id, _ in hits])
    words = filters.words
    found = holding(among, words) if filters.exact else among.filter(by_words(words))
    held = set(found.values_list("id", flat=True))
    page = _cut([hit for hit in hits if hit[0] in held], exact=filters.exact)
    return page, page.before is not None


def _cut(hits: Sequence[Hit], *, exact: bool) -> RunPage:
    page = hits[:PAGE]
    before = Place(page[-1][1], page[-1][0]).encode() if len(hits) > PAGE else None
    return RunPage([id for id, _ in page], before, exact)


def _near(
    membership: Membership, filters: Filters, place: Place | None, count: int
) -> Sequence[Hit]:
    """What matches of the newest runs older than `place`, at most `count`.

    FAR of them are gone through where the NEAR ones let expect that these fill the page.
    """
    if filters.by_index_order:
        return _within(membership, filters, place, count, count)
    hits = _within(membership, filters, place, count, NEAR)
    if len(hits) <= PAGE < len(hits) * FAR // NEAR:
        hits = _within(membership, filters, place, count, FAR)
    return hits


def _within(
    membership: Membership, filters: Filters, place: Place | None, count: int, near: int
) -> Sequence[Hit]:
    """What matches of the newest `near` runs older than `place`, at most `count`."""
    newest = _newest(membership, filters, place, near)
    return first_matching(newest, _matching(Comparison.objects.all(), filters), count)


def _everywhere(
    membership: Membership, filters: Filters, place: Place | None, count: int
) -> Sequence[Hit]:
    """What matches of all that is older than `place`, at most `count`."""
    runs = _in_range(Comparison.objects.visible_to(membership), filters, place)
    if filters.figure:
        return _by_figure(runs, filters, count)
    return _first(_matching(runs, filters).order_by(_by_time_unindexed().desc(), "-id"), count)


def _by_figure(runs: QuerySet[Comparison], filters: Filters, count: int) -> Sequence[Hit]:
    """Those within the figure's range, which an index gives with all that orders them; only so
    many of them are looked at as the page takes."""
    for condition in _figure(filters):
        runs = runs.filter(condition)
    among = runs.values("id", "created_at").query.sql_with_params()
    rest = _matching(Comparison.objects.all(), replace(filters, figure=""))
    return first_matching(among, rest, count)


def _first(found: QuerySet[Comparison], count: int) -> Sequence[Hit]:
    return list(found.values_list("id", "created_at")[:count])


def _by_time_unindexed() -> "ExpressionWrapper[Any]":
    """The time as no index has it: going through the runs in their order is not an option here."""
    none = Value(timedelta(0), output_field=DurationField())
    return ExpressionWrapper(F("created_at") + none, output_field=DateTimeField())


def _newest(
    membership: Membership, filters: Filters, place: Place | None, count: int
) -> Candidates:
    """The newest `count` that the person may see, each branch in the order of an index."""
    shared = Comparison.objects.filter(team_id=membership.team_id, shared=True)
    own = Comparison.objects.filter(team_id=membership.team_id, author_id=membership.user_id)
    branches = [_in_range(shared, filters, place)]
    if filters.author in (None, membership.user_id):
        branches.append(_in_range(own.filter(shared=False), filters, place))
    return together([candidates_of(branch, count) for branch in branches], count)


def _in_range(
    runs: QuerySet[Comparison], filters: Filters, place: Place | None
) -> QuerySet[Comparison]:
    """By what the indexes in order of time hold: author, days, and where the last page ended."""
    if filters.author is not None:
        runs = runs.filter(author_id=filters.author)
    if filters.since is not None:
        runs = runs.filter(created_at__gte=filters.since)
    if filters.until is not None:
        runs = runs.filter(created_at__lt=filters.until)
    return runs if place is None else runs.filter(place.older("created_at"))


def _matching(runs: QuerySet[Comparison], filters: Filters) -> QuerySet[Comparison]:
    """By everything else."""
    for condition in _conditions(filters):
        runs = runs.filter(condition)
    return runs


def _conditions(filters: Filters) -> Iterator[Q]:
    for column in ("profile", "status", "tag"):
        if wanted := getattr(filters, column):
            yield Q(**{f"{_PLURAL[column]}__contains": [wanted]})
    if filters.pinned:
        yield Q(pinned_at__isnull=False)
    yield from _figure(filters)
    if filters.setting:
        lanes = Lane.objects.filter(comparison=OuterRef("pk"), settings__contains=filters.setting)
        yield Q(Exists(lanes))
    if filters.words:
        yield _search(filters)


_PLURAL = {"profile": "profiles", "status": "statuses", "tag": "tags"}


def _figure(filters: Filters) -> Iterator[Q]:
    if filters.figure:
        yield from _ranges(FIGURES[filters.figure][0], filters.least, filters.most)


def _ranges(column: str, least: int | None, most: int | None) -> Iterator[Q]:
    if least is not None:
        yield Q(**{f"{column}__gte": least})
    if most is not None:
        yield Q(**{f"{column}__lte": most})


def _search(filters: Filters) -> Q:
    if not filters.exact:
        return by_words_apart(filters.words)
    return by_code(filters.words) or Q(pk__in=[])
