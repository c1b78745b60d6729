"""The figures of a shop's customers, counted in one pass over a few values of each."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs

from ..models import CustomerStatus, Mode
from .countries import Country, sum_up, tell_apart
from .history import History, Kind, Month, make_history, month_of
from .rows import Row
from .spending import EXACT, Spending, measure

MOST_COUNTRIES = 10

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # Snipcart is younger, and the year 1 is how .NET spells no date
_SLACK = timedelta(days=1)

_KINDS = {CustomerStatus.CONFIRMED: Kind.CONFIRMED, CustomerStatus.UNCONFIRMED: Kind.GUEST}


@attrs.frozen(kw_only=True)
class Loyalty:
    """Count customers by how often they ordered: so many times, up to `most` (`None`: or more often)."""

    least: int
    most: int | None
    customers: int


@attrs.frozen(kw_only=True)
class Figures:
    """Sum up the customers of a shop; nobody can be told from it.

    `buyers` ordered at least once, or have an amount all the same; `returning` ordered at least twice. `countries`
    are the ten with most customers, of those that five or more are from or that are codes of two letters; `elsewhere`
    are all others, `other_countries` of them, and `unknown` are the customers without a country. `of_test_mode` counts
    customers of Snipcart's test mode. The file holds what was there `until` then; where that is not known, it is the
    last date in it. Amounts have no currency in Snipcart.
    """

    customers: int
    confirmed: int
    guests: int
    others: int
    of_test_mode: int
    until: datetime | None
    history: History
    buyers: int
    returning: int
    orders: int
    loyalty: tuple[Loyalty, ...]
    spending: Spending
    countries: tuple[Country, ...]
    other_countries: int
    elsewhere: Country
    unknown: Country


def count(rows: Iterable[Row], *, until: datetime | None = None, now: datetime | None = None) -> Figures:
    """Count customers.

    What is kept of each is one amount, which the median needs. The file ends `until` then, or else before `now`:
    a date that is more than a day later, or before the year 2000, counts as none.
    """
    bound = until or now
    latest_possible = bound + _SLACK if bound else None
    arrivals: Counter[tuple[Month, Kind]] = Counter()
    kinds: Counter[Kind] = Counter()
    frequencies: Counter[int] = Counter()
    people: Counter[str] = Counter()
    spent: dict[str, Decimal] = {}
    amounts: list[Decimal] = []
    of_test_mode = undated = 0
    latest = None
    for row in rows:
        kind = _KINDS.get(row.status, Kind.OTHER) if row.status else Kind.OTHER
        kinds[kind] += 1
        of_test_mode += row.mode is Mode.TEST
        if row.created and row.created >= _FIRST and (latest_possible is None or row.created <= latest_possible):
            arrivals[month_of(row.created), kind] += 1
            latest = max(latest or row.created, row.created)
        else:
            undated += 1
        people[row.country] += 1
        spent[row.country] = EXACT.add(spent.get(row.country, Decimal()), row.amount)
        orders = max(row.orders, 1 if row.amount else 0)
        frequencies[orders] += 1
        if orders:
            amounts.append(row.amount)
    known = until or latest
    ends = known.astimezone(UTC) if known else None
    unknown = Country(name="", customers=people.pop("", 0), amount=spent.pop("", Decimal()))
    countries = tell_apart(people, spent)
    shown = [country for country in countries if country.may_be_named][:MOST_COUNTRIES]
    return Figures(
        customers=kinds.total(),
        confirmed=kinds[Kind.CONFIRMED],
        guests=kinds[Kind.GUEST],
        others=kinds[Kind.OTHER],
        of_test_mode=of_test_mode,
        until=ends,
        history=make_history(arrivals, undated, month_of(ends) if ends else None),
        buyers=len(amounts),
        returning=sum(customers for orders, customers in frequencies.items() if orders > 1),
        orders=sum(orders * customers for orders, customers in frequencies.items()),
        loyalty=_loyalty(frequencies),
        spending=measure(amounts),
        countries=tuple(shown),
        other_countries=len(countries) - len(shown),
        elsewhere=sum_up(country for country in countries if country not in shown),
        unknown=unknown,
    )


def _loyalty(frequencies: Counter[int]) -> tuple[Loyalty, ...]:
    bounds = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, None)]
    return tuple(
        Loyalty(
            least=least,
            most=most,
            customers=sum(
                customers
                for orders, customers in frequencies.items()
                if orders >= least and (most is None or orders <= most)
            ),
        )
        for least, most in bounds
    )
