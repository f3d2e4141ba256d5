"""What it cost, from the price that each model had on each day."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

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
NO_PRICE = "No price is set for the models of this range. The site's staff sets prices."
NOTE = (
    "Prompt tokens that the cache held are charged at their own price. A busy hour is an hour of "
    "prefill and decode, all requests added together. Days are those of the chosen time zone."
)


def build(asked: Asked) -> Page:
    columns = ("team_id", "profile") if asked.viewer_of_site else ("profile",)
    period = asked.period
    found = sums(asked.scope, period.span, columns, places_of(period))
    days = [label.date() for label in period.labels()]
    prices = _prices()
    spent = {
        key: (price.currency, cost_of(row, price))
        for key, row in found.items()
        if (price := price_on(prices, key[-2], days[key[-1]])) is not None
    }
    tables = [_by(asked, "profile", -2, found, spent)]
    if asked.viewer_of_site:
        tables.append(_by(asked, "team", 0, found, spent))
    charts = _over_time(asked, spent) if spent else ()
    return Page("Cost", NOTE if spent else NO_PRICE, charts=charts, tables=tables)


def _prices() -> Prices:
    found: dict[str, list[Price]] = defaultdict(list)
    for price in Price.objects.order_by("profile", "-since"):
        found[price.profile].append(price)
    return found


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


Found = Mapping[tuple[object, ...], Sums]
Spent = Mapping[tuple[object, ...], tuple[str, Decimal]]


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
