"""Customers kept in the order of one attribute, so that a page of a big shop costs no sorting."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from operator import attrgetter
from random import Random

from .people import CustomerRecord


class Ordering:
    """Customers sorted by an attribute, equals by id."""

    def __init__(self, attribute: str, records: Iterable[CustomerRecord]) -> None:
        self._key = attrgetter(attribute)
        self._place = attrgetter(attribute, "id")
        self.records = sorted(records, key=self._place)

    def add(self, record: CustomerRecord) -> None:
        """Put a customer in its place."""
        insort(self.records, record, key=self._place)

    def remove(self, record: CustomerRecord) -> None:
        """Take a customer out; its attribute must still be what it was when added."""
        del self.records[bisect_left(self.records, self._place(record), key=self._place)]

    def between(self, low: float, high: float) -> list[CustomerRecord]:
        """Return those whose attribute is at least `low` and less than `high`."""
        start = bisect_left(self.records, low, key=self._key)
        return self.records[start : bisect_left(self.records, high, key=self._key)]

    def page(
        self, records: list[CustomerRecord], start: int, stop: int, *, mix_ties: Random | None
    ) -> list[CustomerRecord]:
        """Cut a page out of records in this order; `mix_ties` shuffles those whose attributes are equal."""
        if mix_ties is None or start >= stop:
            return records[start:stop]
        first = bisect_left(records, self._key(records[start]), key=self._key)
        last = bisect_right(records, self._key(records[stop - 1]), key=self._key)
        touched = records[first:last]
        mix_ties.shuffle(touched)
        touched.sort(key=self._key)
        return touched[start - first : stop - first]
