"""The figures of a shop's customers, counted in one pass over a few values of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import attrs

from ..models import CustomerStatus, Mode
from .history import History, Kind, Month, make_history, month_of
from .rows import Row
from .spending import EXACT, Spending, measure

MOST_COUNTRIES = 10

_KINDS = {CustomerStatus.CONFIRMED: Kind.CONFIRMED, CustomerStatus.UNCONFIRMED: Kind.GUEST}


@attrs.frozen(kw_only=True)
class Country:
    """Count the customers of a country, or of several, and what they spent; by the billing address."""

    name: str
    customers: int
    amount: Decimal


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
    are the ten with most customers; `elsewhere` are all others, `other_countries` of them, and `unknown` are the
    customers without a country. `of_test_mode` counts customers of Snipcart's test mode. The file holds what was
    there `until` then; where that is not known, it is the last date in it. Amounts have no currency in Snipcart.
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


def count(rows: Iterable[Row], *, until: datetime | None = None) -> Figures:
    """Count customers.

    What is kept of each is one amount, which the median needs.
    """
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
        if row.created:
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
    countries = [Country(name=name, customers=people[name], amount=amount) for name, amount in spent.items()]
    countries.sort(key=lambda country: (-country.customers, -country.amount, country.name))
    rest = countries[MOST_COUNTRIES:]
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
        countries=tuple(countries[:MOST_COUNTRIES]),
        other_countries=len(rest),
        elsewhere=_sum_up(rest),
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


def _sum_up(countries: Sequence[Country]) -> Country:
    amount = Decimal()
    for country in countries:
        amount = EXACT.add(amount, country.amount)
    return Country(name="", customers=sum(country.customers for country in countries), amount=amount)
