"""What it cost, from the price that each model had on each day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from playground.analytics import names
from playground.analytics.charts import Chart, Page
from playground.analytics.figures import Sums, combined, places_of, sums
from playground.analytics.filters import Asked
from playground.analytics.models import Price
from playground.analytics.pages.overview import when_title
from playground.analytics.tables import Column, Row, Table

MILLION = 1_000_000
HOUR_US = 3_600_000_000
Prices = Mapping[str, list[Price]]
Found = Mapping[tuple[Any, ...], Sums]
Spent = Mapping[tuple[Any, ...], tuple[str, Decimal]]
NO_PRICE = "No price is set for the models of this range. The site's staff sets prices."
NOTE = (
    "Prompt tokens that the cache held are charged at their own price. A busy hour is an hour of "
    "prefill and decode, all requests added together. Days are those of the chosen time zone."
)


def build(asked: Asked) -> Page:
    columns = ("team_id", "profile") if asked.viewer_of_site else ("profile",)
    places, prices = places_of(asked.period), _prices()
    days = {place: label.date() for place, label in enumerate(asked.period.labels())}
    # The tables need no days apart, only times of the same prices.
    changes = sorted({price.since for every in prices.values() for price in every})
    ages = {place: bisect_right(changes, day) for place, day in days.items()}
    of_age = {age: days[place] for place, age in ages.items()}
    found = sums(
        asked.scope, asked.period.span, columns, {hour: ages[at] for hour, at in places.items()}
    )
    spent = _spent(found, prices, of_age)
    tables = [_by(asked, "profile", -2, found, spent)]
    if asked.viewer_of_site:
        tables.append(_by(asked, "team", 0, found, spent))
    charts: tuple[Chart, ...] = ()
    if spent:
        by_day = sums(asked.scope, asked.period.span, ("profile",), places)
        charts = _over_time(asked, _spent(by_day, prices, days))
    return Page("Cost", NOTE if spent else NO_PRICE, charts=charts, tables=tables)


def _prices() -> Prices:
    found: dict[str, list[Price]] = defaultdict(list)
    for price in Price.objects.order_by("profile", "-since"):
        found[price.profile].append(price)
    return found


def _spent(found: Found, prices: Prices, days: Mapping[int, date]) -> Spent:
    """What each sum cost where its model, last but one in the key, had a price on its day."""
    return {
        key: (price.currency, cost_of(row, price))
        for key, row in found.items()
        if (price := price_on(prices, key[-2], days[key[-1]])) is not None
    }


def price_on(prices: Prices, profile: str, day: date) -> Price | None:
    """The newest price of a model that holds on a day; None where it had none yet."""
    return next((price for price in prices.get(profile, ()) if price.since <= day), None)


def cost_of(sums: Sums, price: Price) -> Decimal:
    """What these requests cost at this price."""
    fresh = sums.prompt_tokens - sums.cached_tokens
    by_tokens = (
        fresh * price.prompt_per_million
        + sums.cached_tokens * price.cached_per_million
        + sums.output_tokens * price.output_per_million
    ) / MILLION
    return by_tokens + sums.busy_us * price.per_busy_hour / HOUR_US


def currencies(spent: Spent) -> list[str]:
    return sorted({currency for currency, _ in spent.values()})


def _by(asked: Asked, name: str, place: int, found: Found, spent: Spent) -> Table:
    groups: dict[object, list[Sums]] = defaultdict(list)
    costs: dict[tuple[object, str], Decimal] = defaultdict(Decimal)
    for key, row in found.items():
        groups[key[place]].append(row)
        if key in spent:
            currency, amount = spent[key]
            costs[key[place], currency] += amount
    money = currencies(spent)
    called = names.NAMES[name](list(groups))
    rows = [
        Row(
            (called[key], *_counts(combined(every)),
             *(_amount(costs.get((key, currency))) for currency in money)),
            asked.address(asked.home, **{name: str(key)}),
        )
        for key, every in groups.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: tuple(-float(cell or 0) for cell in row.cells[1:][::-1]))  # type: ignore[arg-type]
    title = {"profile": "By model", "team": "By team"}[name]
    first = Column(name, title.removeprefix("By ").capitalize(), "text")
    columns = (first, *COUNTS, *(Column(f"cost_{c.lower()}", f"Cost, {c}", "money") for c in money))
    return Table(f"cost-by-{name}", title, columns, tuple(rows))


COUNTS = (
    Column("requests", "Requests"),
    Column("prompt_tokens", "Prompt tokens"),
    Column("cached_tokens", "Cached tokens"),
    Column("output_tokens", "Output tokens"),
    Column("busy_hours", "Busy hours", "number"),
)


def _counts(sums: Sums) -> tuple[int | float, ...]:
    hours = sums.busy_us / HOUR_US
    return sums.requests, sums.prompt_tokens, sums.cached_tokens, sums.output_tokens, hours


def _amount(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _over_time(asked: Asked, spent: Spent) -> tuple[Chart, ...]:
    period, money = asked.period, currencies(spent)
    by_place: dict[tuple[object, str], Decimal] = defaultdict(Decimal)
    for key, (currency, amount) in spent.items():
        by_place[key[-1], currency] += amount
    rows = tuple(
        Row((label, *(float(by_place[place, currency]) for currency in money)))
        for place, label in enumerate(period.labels())
    )
    series = tuple(f"cost_{currency.lower()}" for currency in money)
    columns = (
        Column("at", when_title(asked), "time"),
        *(Column(key, currency, "money") for key, currency in zip(series, money, strict=True)),
    )
    table = Table("cost-over-time", "Cost", columns, rows)
    y_title = f"Cost, {' and '.join(money)}"
    return (Chart("bars", table, "at", series, when_title(asked), y_title, period.zone.key),)
