"""Customers kept in the order of one attribute, so that a page of a big shop costs no sorting."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from operator import attrgetter
from random import Random

from .people import CustomerRecord


class Ordering:
    """The customers that `holds` lets in, sorted by an attribute, equals by id."""

    def __init__(
        self, attribute: str, records: Iterable[CustomerRecord], *, holds: Callable[[CustomerRecord], bool]
    ) -> None:
        self._key = attrgetter(attribute)
        self._place = attrgetter(attribute, "id")
        self._holds = holds
        self.records: list[CustomerRecord] = sorted(filter(holds, records), key=self._place)

    def add(self, record: CustomerRecord) -> None:
        """Put a customer in its place, if it is let in."""
        if self._holds(record):
            insort(self.records, record, key=self._place)

    def remove(self, record: CustomerRecord) -> None:
        """Take a customer out; what it is let in and sorted by must still be what it was when added."""
        if self._holds(record):
            del self.records[bisect_left(self.records, self._place(record), key=self._place)]

    def between(self, low: float, high: float) -> tuple[int, int]:
        """Return where those begin and end whose attribute is at least `low` and less than `high`."""
        start = bisect_left(self.records, low, key=self._key)
        return start, bisect_left(self.records, high, lo=start, key=self._key)

    def page(self, start: int, stop: int, *, mix_ties: Random | None) -> list[CustomerRecord]:
        """Cut a page out; `mix_ties` draws anew, each time, who of those with equal attributes stands where."""
        if mix_ties is None:
            return self.records[start:stop]
        page: list[CustomerRecord] = []
        while start < stop:
            key = self._key(self.records[start])
            first = start if page else bisect_left(self.records, key, hi=start, key=self._key)
            last = bisect_right(self.records, key, lo=start, key=self._key)
            count = min(last, stop) - start
            page += [self.records[index] for index in mix_ties.sample(range(first, last), count)]
            start += count
        return page
