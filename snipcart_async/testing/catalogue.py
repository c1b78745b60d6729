"""All customers of a shop, by id and in every order a list can be asked for."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from random import Random
from typing import Literal

from .ordering import Ordering
from .people import CustomerRecord

OrderBy = Literal["NbrOrders", "OrdersValue", "Date"]

ATTRIBUTES: dict[OrderBy, str] = {
    "NbrOrders": "orders_count",
    "OrdersValue": "orders_cents",
    "Date": "created",
}


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


class Catalogue:
    """Customers by id, sorted only by what has been asked for, and never sorted again."""

    def __init__(self, records: Iterable[CustomerRecord]) -> None:
        self._records = {record.id: record for record in records}
        self._orderings: dict[OrderBy, Ordering] = {}

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
        return luck.choice(self._ordered_by("Date").records)

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
        """Keep the customer in its place while the block changes what it is sorted by."""
        for ordering in self._orderings.values():
            ordering.remove(record)
        yield
        for ordering in self._orderings.values():
            ordering.add(record)

    def page(
        self, wanted: Wanted, *, descending: bool = False, mix_ties: Random | None = None
    ) -> tuple[int, list[CustomerRecord]]:
        """Return how many customers match, and those on the page asked for."""
        ordering = self._ordered_by(wanted.order_by)
        matching = self._matching(wanted, ordering)
        total = len(matching)
        start, stop = min(wanted.offset, total), min(wanted.offset + wanted.limit, total)
        if not descending:
            return total, ordering.page(matching, start, stop, mix_ties=mix_ties)
        return total, ordering.page(matching, total - stop, total - start, mix_ties=mix_ties)[::-1]

    def _ordered_by(self, order_by: OrderBy) -> Ordering:
        if order_by not in self._orderings:
            self._orderings[order_by] = Ordering(ATTRIBUTES[order_by], self)
        return self._orderings[order_by]

    @staticmethod
    def _matching(wanted: Wanted, ordering: Ordering) -> list[CustomerRecord]:
        records = ordering.records
        if wanted.order_by == "Date":
            records = ordering.between(wanted.low, wanted.high)
        elif (wanted.low, wanted.high) != (-inf, inf):
            records = [record for record in records if wanted.low <= record.created < wanted.high]
        if wanted.status:
            records = [record for record in records if record.status.casefold() == wanted.status]
        if wanted.email:
            records = [record for record in records if record.email == wanted.email]
        if wanted.name:
            records = [record for record in records if wanted.name in (record.billing_name or "").casefold()]
        return records
