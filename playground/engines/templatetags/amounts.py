"""How the engines' page writes amounts; what is not known is a dash."""

from django import template

register = template.Library()
NOTHING = "–"


@register.filter
def mib(value: int) -> str:
    """1,234 MiB, or 12.3 GiB from ten on."""
    return f"{value / 1024:,.1f} GiB" if value >= 10_240 else f"{value:,} MiB"


@register.filter
def share(value: float | None) -> str:
    """A share from 0 to 1 in percent."""
    if value is None:
        return NOTHING
    return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"


@register.filter
def decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


@register.filter
def count(value: int | None) -> str:
    """Whole, with thousands apart; millions with one decimal."""
    if value is None:
        return NOTHING
    return f"{value / 1e6:,.1f} million" if value >= 1_000_000 else f"{value:,}"


@register.filter
def megabytes(value: int) -> str:
    """Bytes, as files are told of: 8.2 MB, 780 kB."""
    return f"{value / 1e6:,.1f} MB" if value >= 1_000_000 else f"{value / 1e3:,.0f} kB"
