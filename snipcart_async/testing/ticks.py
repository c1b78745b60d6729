"""Instants counted as .NET does, in ticks of 100 ns, from 1970 on; read and spelled like Snipcart's."""

from datetime import UTC, datetime, timedelta
from random import Random

MILLISECOND = 10_000
SECOND = 1000 * MILLISECOND
DAY = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRECISIONS = (SECOND, SECOND // 100, MILLISECOND, 1)


def from_datetime(moment: datetime) -> int:
    """Count the ticks up to a moment; a naive one is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1) * 10


def from_text(text: str) -> int:
    """Read an ISO 8601 date or time, or raise `ValueError`."""
    return from_datetime(datetime.fromisoformat(text))


def from_timestamp(seconds: float) -> int:
    """Count the ticks up to a Unix time, to the millisecond."""
    return round(seconds * 1000) * MILLISECOND


def spell(ticks: int) -> str:
    """Write an instant without trailing zeros, so that the number of fraction digits varies."""
    seconds, fraction = divmod(ticks, SECOND)
    whole = (_EPOCH + timedelta(seconds=seconds)).isoformat()[:19]
    return f"{whole}.{fraction:07}".rstrip("0").rstrip(".") + "Z"


def draw(luck: Random, start: int, end: int) -> int:
    """Draw an instant with 0, 2, 3 or 7 digits after the second, all of them about as often."""
    ticks = start + int(luck.random() * (end - start))
    return ticks - ticks % luck.choice(_PRECISIONS)
