"""Which weeks, days and hours to read for a range, so that the fewest rows answer.

A bar of a chart is a local day, which is a UTC day less some hours at one end and more at the
other: where most of a day counts in one bar, its sums are read and those hours' taken off. Of a
day's histograms no hour needs to be taken off, since they keep hours apart.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from playground.analytics.stretches import DAY, Piece

HOUR, HOUR_SECONDS = timedelta(hours=1), 3600
HOURS_A_DAY = 24
Places = Mapping[datetime, int]
"""For each UTC hour, the number of the bar, point or cell that it counts in."""


@dataclass(slots=True)
class Parts:
    """Whole days and weeks with their place; hours with theirs, and 1 to add or −1 to take off."""

    stretches: list[tuple[Piece, int]] = field(default_factory=list)
    hours: list[tuple[datetime, int, int]] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """As parameters of the two below: arrays as Postgres writes them, since adapting thousands
        of numbers one by one takes longer than the query."""
        return {
            "firsts": _array(piece.first for piece, _ in self.stretches),
            "lengths": _array(piece.days for piece, _ in self.stretches),
            "stretch_places": _array(place for _, place in self.stretches),
            "hours": _array(int(hour.timestamp()) // HOUR_SECONDS for hour, _, _ in self.hours),
            "hour_places": _array(place for _, place, _ in self.hours),
            "signs": _array(sign for _, _, sign in self.hours),
        }


def _array(items: Iterable[int | date]) -> str:
    return f"{{{','.join(map(str, items))}}}"


PLACED_STRETCHES = """
unnest(%(firsts)s::date[], %(lengths)s::smallint[], %(stretch_places)s::int[])
    AS place(first_day, days, place)
"""
PLACED_HOURS = f"""
(SELECT to_timestamp(number * {HOUR_SECONDS}.0) AS hour, place, sign
    FROM unnest(%(hours)s::int[], %(hour_places)s::int[], %(signs)s::int[])
        AS one(number, place, sign)) AS place
"""


@dataclass(slots=True)
class Slots(Parts):
    """The same for histograms: what is read has, in place of its place, the number of a slot, and
    `places` the place of each of its hours, −1 for none."""

    places: list[list[int]] = field(default_factory=list)

    def slot(self, places: list[int]) -> int:
        self.places.append(places)
        return len(self.places) - 1


Days = dict[date, list[int]]
"""For each UTC day the place of each of its hours, −1 for those that are not asked for."""


def by_day(places: Places) -> Days:
    days: Days = {}
    for hour, place in places.items():
        day = hour.date()
        if day not in days:
            days[day] = [-1] * HOURS_A_DAY
        days[day][hour.hour] = place
    return days


def whole_days(first: datetime, end: datetime) -> Days:
    """One place for the hours that begin from `first` on and before `end`."""
    days: Days = {}
    start = datetime.combine(first.astimezone(UTC), time(), UTC)
    while start < end:
        low = -(-(first - start) // HOUR) if first > start else 0
        high = min(HOURS_A_DAY, -(-(end - start) // HOUR))
        if low < high:
            days[start.date()] = [-1] * low + [0] * (high - low) + [-1] * (HOURS_A_DAY - high)
        start += DAY
    return days


def slots_of(days: Days, summed: Collection[Piece]) -> Slots:
    """Which histograms to read for these places, where these days and weeks are summed."""
    found, left = Slots(), dict(days)
    same: dict[int, int] = {}
    for piece, place in _take_weeks(left, summed):
        found.stretches.append((piece, _slot_of_place(found, same, place)))
    for day, places in left.items():
        if Piece(day, 1) in summed:
            found.stretches.append((Piece(day, 1), found.slot(places)))
        else:
            found.hours += [
                (hour, _slot_of_place(found, same, place), 1) for hour, place in _hours(day, places)
            ]
    return found


def _hours(day: date, places: list[int]) -> Iterator[tuple[datetime, int]]:
    start = datetime.combine(day, time(), UTC)
    return ((start + HOUR * hour, place) for hour, place in enumerate(places) if place >= 0)


def _slot_of_place(found: Slots, same: dict[int, int], place: int) -> int:
    """The slot of what counts in one place altogether."""
    if place not in same:
        same[place] = found.slot([place] * HOURS_A_DAY)
    return same[place]


def _take_weeks(days: Days, summed: Collection[Piece]) -> Iterator[tuple[Piece, int]]:
    """The weeks that count in one place as a whole, and it; their days are left out of `days`."""
    for piece in sorted(piece for piece in summed if piece.days > 1):
        every = [piece.first + DAY * number for number in range(piece.days)]
        places = {place for day in every for place in days.get(day, [-1])}
        if len(places) == 1 and -1 not in places:
            yield piece, places.pop()
            for day in every:
                del days[day]


def parts_of(days: Days, summed: Collection[Piece]) -> Parts:
    """What to read for these places, where these days and weeks are summed."""
    left = dict(days)
    found = Parts(list(_take_weeks(left, summed)))
    for day, places in left.items():
        _add_day(found, day, places, Piece(day, 1) in summed)
    return found


def _add_day(found: Parts, day: date, places: list[int], is_summed: bool) -> None:
    """A day as a whole less the hours that count elsewhere, or its hours where these are fewer."""
    ((major, count),) = Counter(places).most_common(1)
    as_whole = is_summed and -1 not in places and count > HOURS_A_DAY / 2
    if as_whole:
        found.stretches.append((Piece(day, 1), major))
        if count == HOURS_A_DAY:
            return
    for hour, place in _hours(day, places):
        if not as_whole or place != major:
            found.hours.append((hour, place, 1))
        if as_whole and place != major:
            found.hours.append((hour, major, -1))
