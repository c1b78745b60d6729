"""What customers spent: how it is spread, and how much of it a few of them account for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from functools import reduce
from itertools import accumulate, pairwise

import attrs

EXACT = Context(prec=60)
"""Amounts have up to 15 digits before the point and 18 behind it: sums of them keep every digit."""

_MOST_BANDS = 9
_ROUND = (((1, 2, 5), 1), ((1,), 1), ((1,), 2), ((1,), 5))
"""Which digits a round number begins with, and how many decades lie between two: the finest that fits is taken."""
_POINTS = 100
_CENT = Decimal("0.01")


@attrs.frozen(kw_only=True)
class Band:
    """Count who spent at least `least` and less than `below`, or without bound; nothing at all is in no band."""

    least: Decimal
    below: Decimal | None
    customers: int


@attrs.frozen(kw_only=True)
class Top:
    """Say what the customers who spent most, `percent` of all who ordered, spent together."""

    percent: int
    customers: int
    amount: Decimal


@attrs.frozen(kw_only=True)
class Spending:
    """Sum up what those spent who ordered.

    `amount` is exact, and so is `median`; `mean` is rounded to cents. `nothing` counts amounts of zero, and
    `negatives` those below: `positive`, `bands`, `tops` and `curve` leave them out. `curve` begins with those who
    spent most: what none of them spent, the first hundredth, the first two, up to all; one by one where there are
    less than a hundred. Where `amount` is not above zero, there are no `tops`.
    """

    amount: Decimal
    median: Decimal | None
    mean: Decimal | None
    positive: Decimal
    nothing: int
    negatives: int
    bands: tuple[Band, ...]
    tops: tuple[Top, ...]
    curve: tuple[Decimal, ...]


def add_up(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts without rounding."""
    return reduce(EXACT.add, amounts, Decimal())


def measure(amounts: Sequence[Decimal]) -> Spending:
    """Measure what each of those who ordered spent, in any order."""
    ordered = sorted(amounts, reverse=True)
    sums = [Decimal(), *accumulate((max(amount, Decimal()) for amount in ordered), EXACT.add)]
    count, positive = len(ordered), sums[-1]
    total = add_up(ordered)
    tops = [
        Top(percent=percent, customers=count * percent // 100, amount=sums[count * percent // 100])
        for percent in (1, 10)
        if count * percent >= 100 and total > 0
    ]
    points = min(count, _POINTS)
    return Spending(
        amount=total,
        median=_median(ordered),
        mean=EXACT.divide(total, Decimal(count)).quantize(_CENT, context=EXACT) if count else None,
        positive=positive,
        nothing=ordered.count(Decimal()),
        negatives=sum(amount < 0 for amount in ordered),
        bands=_bands([amount for amount in reversed(ordered) if amount > 0]),
        tops=tuple(tops),
        curve=tuple(sums[count * point // points] for point in range(points + 1)) if positive else (),
    )


def _median(ordered: Sequence[Decimal]) -> Decimal | None:
    if not ordered:
        return None
    upper, lower = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return EXACT.divide(EXACT.add(upper, lower), Decimal(2))


def _bands(paid: Sequence[Decimal]) -> tuple[Band, ...]:
    """Divide amounts above zero, the lowest first, at round numbers where nearly all of them lie."""
    if not paid:
        return ()
    few = len(paid) // 20
    edges = [Decimal(), *_edges(paid[few], paid[-1 - few])]
    places = [*(bisect_left(paid, edge) for edge in edges), len(paid)]
    bands = [
        Band(least=least, below=below, customers=stop - start)
        for least, below, (start, stop) in zip(edges, [*edges[1:], None], pairwise(places), strict=True)
    ]
    outer = (bands[0], bands[-1])
    return tuple(band for band in bands if band.customers or band not in outer)


def _edges(low: Decimal, high: Decimal) -> list[Decimal]:
    """Give round numbers from one at or below `low` to one above `high`, with as many between as can be shown."""
    ladders = (_ladder(low, high, digits, decades) for digits, decades in _ROUND)
    return next(ladder for ladder in ladders if len(ladder) <= _MOST_BANDS)


def _ladder(low: Decimal, high: Decimal, digits: Sequence[int], decades: int) -> list[Decimal]:
    start = low.adjusted() // decades * decades
    exponents = range(start, high.adjusted() + decades + 1, decades)
    rungs = [Decimal(digit).scaleb(exponent) for exponent in exponents for digit in digits]
    return rungs[bisect_right(rungs, low) - 1 : bisect_right(rungs, high) + 1]
