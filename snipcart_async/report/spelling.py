"""How numbers, shares and periods are spelled for people."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from .history import Grain, Period, month_of
from .spending import EXACT

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NO_CENTS_FROM = 1000
_MOST_LABELS = 6
_MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120, 240)


def counted(number: int, noun: str) -> str:
    """Count things: `1 customer`, `1,200 customers`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def money(amount: Decimal) -> str:
    """Spell an amount without a currency; from a thousand on without cents."""
    digits = Decimal(1) if abs(amount) >= _NO_CENTS_FROM or amount == amount.to_integral_value() else Decimal("0.01")
    rounded = amount.quantize(digits, rounding=ROUND_HALF_UP, context=EXACT)
    return f"{rounded:,f}".replace("-", "−")  # noqa: RUF001 - a minus sign


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """Spell a share with two digits or so; only none is 0%, and only all is 100%."""
    share = float(EXACT.divide(Decimal(part) * 100, Decimal(whole))) if whole else 0.0
    if 0 < share < 0.1:
        return "under 0.1%"
    if 99.5 <= share < 100:
        return "over 99%"
    return f"{share:.1f}%" if 0 < share < 9.95 else f"{share:.0f}%"


def period(of: Period, grain: Grain) -> str:
    """Name a period: `Mar 2026`, `Q1 2026`, `2026`."""
    match grain:
        case Grain.MONTH:
            return f"{_MONTHS[of.start.month - 1]} {of.start.year}"
        case Grain.QUARTER:
            return f"Q{of.start.month // 3 + 1} {of.start.year}"
    return str(of.start.year)


def axis_labels(periods: Sequence[Period], grain: Grain) -> list[str]:
    """Name some of the periods, at round distances, and give "" for the others."""
    months = [month_of(of.start) for of in periods]
    apart = next(apart for apart in _MONTHS_APART if sum(month % apart == 0 for month in months) <= _MOST_LABELS)
    names = [str(of.start.year) if apart >= 12 else period(of, grain) for of in periods]
    return [name if month % apart == 0 else "" for name, month in zip(names, months, strict=True)]
