"""Asking for a window: a page of it, each record read on its own, and the count of all that is in it."""

import json
import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Self, TypeVar

import attrs

from .._converter.leaves import read_any, read_datetime, read_guid
from .._converter.refusal import Refusal
from .._converter.spellings import without_session_tokens
from .._walking import HOLE_TRIES
from ..client import SnipcartClient
from ..errors import PaginationError
from ..models import Customer, CustomerOrderBy, Listed, Page
from ..resources import Customers
from .window import Window, shift, whole_second

T = TypeVar("T")

PAGE = 100
"""How many customers an export asks for at a time."""

_ATTEMPTS = 10
_NO_CHANCE = 20
_FEW = 5
_LONGEST_WAIT = 300.0
_SETTLING = 4
"""Seconds: a second more is asked for, Snipcart may take that second whole, and its clocks may differ by one."""


def patient(snipcart: SnipcartClient) -> SnipcartClient:
    """Give a view that waits as long as Snipcart likes, and tries again more often, at the client's own pace."""
    retry = snipcart.retry
    attempts, wait = max(_ATTEMPTS, retry.max_attempts), max(_LONGEST_WAIT, retry.max_retry_after)
    patience = attrs.evolve(retry, max_attempts=attempts, max_retry_after=wait)
    return snipcart.with_options(deadline=None, retry=patience)


@attrs.frozen(eq=False)
class Record:
    """Hold one item of an answer: a customer, or a document that cannot be read and why."""

    key: str
    """The customer's id; of what has none, a digest of the document."""
    created: datetime | None
    customer: Customer | None = attrs.field(default=None, repr=False)
    document: Any = attrs.field(default=None, repr=False)
    problems: tuple[str, ...] = ()
    repaired: bool = False
    """Whether text in it had to be repaired: no file could hold it as it was."""


@attrs.frozen(eq=False)
class Answer:
    """Hold a page of a window, and what Snipcart said about all of the window."""

    page: Page[Record]
    settled: datetime
    """Whoever was created before this moment existed when Snipcart answered."""

    @property
    def total(self) -> int | None:
        """How many customers Snipcart counts in the window."""
        return self.page.total_items

    @property
    def whole(self) -> bool:
        """Whether this one answer holds everybody whom it counts."""
        return self.total == len(self.keys)

    @cached_property
    def keys(self) -> frozenset[str]:
        """What tells the records apart."""
        return frozenset(record.key for record in self.page)

    @cached_property
    def dates(self) -> list[datetime]:
        """The creation dates, as listed."""
        return [record.created for record in self.page if record.created is not None]

    @cached_property
    def ascending(self) -> bool:
        """Whether the page is in order, the first created first."""
        return _in_order(self.dates)

    @cached_property
    def descending(self) -> bool:
        """Whether the page is in order, the last created first."""
        return _in_order(self.dates[::-1])

    def came_after(self, part: Window) -> bool:
        """Tell whether nobody could come into a part any more when this answer was given."""
        return part.dated and not part.filtered and not part.reaches(self.settled)

    def can_be_proven_by(self, rest: Window) -> bool:
        """Tell whether counts can prove the page: with a filter, only one whose order by date can be no chance.

        Behind a filter, who comes into the rest might be counted for one whom a page in no order left out.
        """
        seconds = {whole_second(moment) for moment in self.dates}
        return rest.dated and not rest.reaches(self.settled) and (not rest.filtered or len(seconds) >= _NO_CHANCE)

    def adds_up(self, rest: Window, behind: "Answer") -> bool:
        """Tell whether all it counts are those on its page that the rest has not, and those whom the rest counts.

        For everybody on the page it must be sure on which side they are: who has no date could be on both.
        """
        if not len(self.dates) == len(self.keys) == len(self.page):
            return False
        others = [created for created in self.dates if not rest.owns(created)]
        return not any(map(rest.may_show, others)) and self.total == len(others) + (behind.total or 0)


@attrs.define(eq=False)
class Asker:
    """Ask for windows, and count what it costs."""

    customers: Customers
    requests: int = 0

    @classmethod
    def of(cls, snipcart: SnipcartClient) -> Self:
        """Ask through a client, patiently."""
        return cls(patient(snipcart).customers)

    async def ask(self, window: Window, offset: int = 0, limit: int = PAGE) -> Answer:
        """Ask for a page of a window, by date.

        Raises:
            PaginationError: The answer begins elsewhere.
        """
        listing = self.customers.list(
            status=window.status,
            name=window.name,
            created_from=window.asked_from,
            created_to=window.asked_to,
            order_by=CustomerOrderBy.DATE,
        )
        page, response = await listing.lenient_page(offset, limit)
        self.requests += len(response.attempts)
        if page.offset != offset:
            raise PaginationError(f"asked for offset {offset}, got {page.offset}", method="GET", path="/customers")
        records = tuple(map(_record, page))
        answered = response.date or datetime.fromtimestamp(response.received, UTC) - timedelta(minutes=5)
        took = response.attempts[-1].seconds if response.attempts else 0.0
        settled = whole_second(shift(answered, -took - _SETTLING))  # it may have looked as soon as it was asked
        read = Page(items=records, total_items=page.total_items, offset=page.offset, limit=page.limit)
        return Answer(read, settled)


def lacks_few(answers: list[Answer]) -> bool:
    """Tell whether a walk ended where a few more are counted than shown: no reason to lose those who are."""
    shown = frozenset[str]().union(*(answer.keys for answer in answers))
    ended = len(answers) >= HOLE_TRIES and not any(answer.page for answer in answers[-HOLE_TRIES:])
    return ended and (answers[-1].total or 0) - len(shown) <= _FEW


def _in_order(dates: list[datetime]) -> bool:
    seconds = [whole_second(moment) for moment in dates]
    return bool(seconds) and all(map(operator.le, seconds, seconds[1:]))


def _record(item: Listed[Customer]) -> Record:
    customer, document = item.model, item.document
    if customer is not None:
        return Record(customer.id, customer.creation_date, customer, repaired=item.repaired)
    fields = document if isinstance(document, dict) else {}
    identifier = leniently(read_guid, fields.get("id"))
    key = identifier or sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()
    created = leniently(read_datetime, fields.get("creationDate"))
    return Record(key, created, document=set_aside(document), problems=item.problems)


def leniently(read: Callable[[Any], T], value: Any) -> T | None:
    """Read one value of a document that cannot be read as a whole; `None` where that cannot be read either."""
    try:
        return read(value)
    except Refusal:
        return None


def set_aside(document: Any) -> Any:
    """Give a document that cannot be read as it may be kept: without session tokens, which log their owners in."""
    return without_session_tokens(leniently(read_any, document))
