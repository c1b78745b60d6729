"""All customers of a shop, by id and in every order a list can be asked for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from random import Random
from typing import Literal

from .ordering import Ordering
from .people import CustomerRecord

OrderBy = Literal["NbrOrders", "OrdersValue", "Date"]

ATTRIBUTES: dict[OrderBy, str] = {
    "NbrOrders": "orders_count",
    "OrdersValue": "orders_cents",
    "Date": "date",
}

_ORDERINGS_KEPT = 12  # each makes a change of the shop a little slower


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list request wants: status and name without case, dates in ticks from `low` to before `high`."""

    offset: int = 0
    limit: int = 20
    status: str = ""
    email: str = ""
    name: str = ""
    low: float = -inf
    high: float = inf
    order_by: OrderBy = "NbrOrders"

    @property
    def dated(self) -> bool:
        """Tell whether there is a limit to the creation date: a customer without one is beyond any."""
        return (self.low, self.high) != (-inf, inf)

    def holds(self, record: CustomerRecord) -> bool:
        """Tell whether a customer belongs into the list."""
        return (
            (not self.email or record.email == self.email)
            and (not self.status or record.status.casefold() == self.status)
            and (not self.name or self.name in (record.billing_name or "").casefold())
            and (not self.dated or self.low <= record.date < self.high)
        )


class Catalogue:
    """Customers by id, filtered and sorted only by what has been asked for lately, and only once."""

    def __init__(self, records: Iterable[CustomerRecord]) -> None:
        self._records = {record.id: record for record in records}
        self._orderings: dict[Wanted, Ordering] = {}  # last used last

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[CustomerRecord]:
        return iter(self._records.values())

    def __getitem__(self, customer_id: str) -> CustomerRecord:
        return self._records[customer_id.lower()]

    def find(self, customer_id: str) -> CustomerRecord | None:
        """Return the customer with this id, if there is one."""
        return self._records.get(customer_id.lower())

    def anyone(self, luck: Random) -> CustomerRecord:
        """Pick a customer at random."""
        return luck.choice(self._ordering(Wanted(order_by="Date", limit=0)).records)

    def add(self, record: CustomerRecord) -> None:
        """Add a customer whose id is new."""
        if record.id in self._records:
            msg = f"there is a customer {record.id} already"
            raise ValueError(msg)
        self._records[record.id] = record
        for ordering in self._orderings.values():
            ordering.add(record)

    def remove(self, record: CustomerRecord) -> None:
        """Remove a customer."""
        del self._records[record.id]
        for ordering in self._orderings.values():
            ordering.remove(record)

    @contextmanager
    def changing(self, record: CustomerRecord) -> Iterator[None]:
        """Keep the customer in its place while the block changes what it is filtered or sorted by."""
        for ordering in self._orderings.values():
            ordering.remove(record)
        try:
            yield
        finally:
            for ordering in self._orderings.values():
                ordering.add(record)

    def page(
        self, wanted: Wanted, *, descending: bool = False, mix_ties: Random | None = None
    ) -> tuple[int, list[CustomerRecord]]:
        """Return how many customers match, and those on the page asked for."""
        by_date = wanted.dated and wanted.order_by == "Date"
        filters = replace(wanted, offset=0, limit=0)
        ordering = self._ordering(replace(filters, low=-inf, high=inf) if by_date else filters)
        first, last = ordering.between(wanted.low, wanted.high) if by_date else (0, len(ordering.records))
        total = last - first
        start, stop = min(wanted.offset, total), min(wanted.offset + wanted.limit, total)
        if not descending:
            return total, ordering.page(first + start, first + stop, mix_ties=mix_ties)
        return total, ordering.page(last - stop, last - start, mix_ties=mix_ties)[::-1]

    def _ordering(self, filters: Wanted) -> Ordering:
        """Return all that a list goes through, whichever its page; only the few asked for last are kept."""
        ordering = self._orderings.pop(filters, None)
        if ordering is None:
            everyone = Wanted(order_by=filters.order_by, limit=0)
            records = self if filters == everyone else self._ordering(everyone).records
            ordering = Ordering(ATTRIBUTES[filters.order_by], records, holds=filters.holds)
        self._orderings[filters] = ordering
        if len(self._orderings) > _ORDERINGS_KEPT:
            del self._orderings[next(iter(self._orderings))]
        return ordering
