"""The state of the fake: its customers, their orders and sessions, and how they change."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from . import documents, order_documents, ticks
from .behaviour import Behaviour
from .catalogue import Catalogue, Wanted
from .checks import check_at_least, check_choice
from .messages import encode
from .people import ADDRESS_KEYS, STATUSES, Address, CustomerRecord, invent_customer, order_cents, order_token
from .spoiling import spoiled

ELEVEN_YEARS = (datetime(2015, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))


class Shop:
    """A shop full of invented customers: the same seed makes the same ones."""

    def __init__(
        self,
        customers: int = 0,
        seed: int = 1,
        *,
        behaviour: Behaviour | None = None,
        created_between: tuple[datetime, datetime] = ELEVEN_YEARS,
        burst: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        check_at_least("customers", customers, 0)
        check_at_least("burst", burst, 0)
        self.behaviour: Behaviour = behaviour or Behaviour()
        self._luck = Random(seed)
        self._clock = clock
        self._customers = Catalogue(
            invent_customer(self._new_guid(), created)
            for created in _moments(self._luck, customers, burst, created_between)
        )
        self._orders: dict[str, tuple[str, int]] | None = None
        self._sessions: dict[str, tuple[str, float]] = {}

    def __len__(self) -> int:
        return len(self._customers)

    def customer_ids(self) -> list[str]:
        """Return the ids of all customers."""
        return [record.id for record in self._customers]

    def find(self, customer_id: str) -> CustomerRecord | None:
        """Return the customer with this id, if there is one."""
        return self._customers.find(customer_id)

    def document(self, customer_id: str) -> Any:
        """Return a customer as `GET /customers/{id}` answers it."""
        return self._document(self._customers[customer_id])

    def updated_document(self, customer_id: str) -> dict[str, Any]:
        """Return a customer as `PUT /customers/{id}` answers it."""
        return documents.updated_customer(self._customers[customer_id], self.behaviour)

    def page(self, wanted: Wanted) -> tuple[int, list[Any]]:
        """Return how many customers match, and the documents of the page asked for."""
        total, records = self._customers.page(
            wanted,
            descending=self.behaviour.descending,
            mix_ties=None if self.behaviour.stable_ties else self._luck,
        )
        return total, [self._document(record) for record in records]

    def add_customer(
        self,
        *,
        customer_id: str | None = None,
        created: datetime | None = None,
        email: str | None = None,
        status: str | None = None,
        billing_address: Address | None = None,
        shipping_address: Address | None = None,
    ) -> str:
        """Add a customer without orders, created now unless told; return the id.

        What is not given is invented; addresses take the keys Snipcart's nested ones have.
        """
        moment = ticks.from_timestamp(self._clock()) if created is None else ticks.from_datetime(created)
        record = invent_customer(str(UUID(customer_id)) if customer_id else self._new_guid(), moment)
        record.orders_count = record.orders_cents = 0
        record.status = record.status if status is None else status
        check_choice("status", record.status, STATUSES)
        _edit(record, email, billing_address, shipping_address)
        self._customers.add(record)
        self._register_order(record)
        return record.id

    def update(
        self,
        customer_id: str,
        *,
        email: str | None = None,
        billing_address: Address | None = None,
        shipping_address: Address | None = None,
    ) -> None:
        """Change a customer: only what is given, and of an address only the keys that are given."""
        record = self._customers[customer_id]
        with self._customers.changing(record):
            _edit(record, email, billing_address, shipping_address)

    def spoil(self, guid: str, /, **keys: Any) -> None:
        """Answer the customer with this id, or the order with this token, with other values of some keys.

        `...` leaves a key out, and `document` stands for all of the object: `document=None` is a bare `null`.
        Lists and reads are spoiled, from now on; updates, sessions and the `user` of an order are not.
        Filters ignore it, but for a `creationDate` left out or `null`: such a customer is in no list by dates.
        """
        placed = self.find_order(guid) if self.find(guid) is None else None
        record = self._customers[guid] if placed is None else placed[0]
        encode(spoiled({}, keys))  # what can't be sent is refused here, not in an answer
        with self._customers.changing(record):
            record.spoiled[guid.lower()] = record.spoiled.get(guid.lower(), {}) | keys

    def delete(self, customer_id: str) -> bool:
        """Delete a customer; say whether there was one.

        Sessions and orders go along, though Snipcart's page does not say what becomes of them.
        """
        record = self._customers.find(customer_id)
        if record is None:
            return False
        self._customers.remove(record)
        return True

    def place_order(self, customer_id: str) -> str:
        """Complete the order a customer has in progress, and begin another; return its token."""
        record = self._customers[customer_id]
        number = record.orders_count
        with self._customers.changing(record):
            record.orders_count += 1
            record.orders_cents += order_cents(record.id, number)
        self._register_order(record)
        return order_token(record.id, number)

    def orders(self, customer_id: str) -> list[Any]:
        """Return a customer's orders, without the one in progress."""
        record = self._customers[customer_id]
        return [self._order(record, number) for number in range(record.orders_count)]

    def order(self, token: str) -> Any | None:
        """Return the order with this token, if there is one; it may be in progress."""
        placed = self.find_order(token)
        return None if placed is None else self._order(*placed)

    def find_order(self, token: str) -> tuple[CustomerRecord, int] | None:
        """Return who placed the order with this token, if anyone did, and its number."""
        if self._orders is None:
            self._orders = {
                order_token(record.id, number): (record.id, number)
                for record in self._customers
                for number in range(record.orders_count + 1)
            }
        customer_id, number = self._orders.get(token.lower(), ("", 0))
        record = self._customers.find(customer_id)
        return None if record is None else (record, number)

    def sign_in(self, customer_id: str, *, expires_in: timedelta = timedelta(hours=1)) -> str:
        """Start a session for a customer; return its token."""
        record = self._customers[customer_id]
        record.session_token = self._new_guid()
        self._sessions[record.session_token] = (record.id, self._clock() + expires_in.total_seconds())
        return record.session_token

    def sign_out(self, token: str) -> None:
        """End a session."""
        customer_id, _ = self._sessions.pop(token)
        record = self._customers.find(customer_id)
        if record is not None and record.session_token == token:
            record.session_token = None

    def session(self, token: str) -> dict[str, Any] | None:
        """Return the session with this token, unless it is unknown or over."""
        customer_id, expires = self._sessions.get(token.lower(), ("", 0.0))
        record = self._customers.find(customer_id)
        if record is None or expires <= self._clock():
            return None
        return documents.session(token.lower(), ticks.from_timestamp(expires), record, self.behaviour)

    def live_on(self) -> None:
        """Let happen what happens between two list requests: customers come, go, and order."""
        changes = self.behaviour.changes
        for _ in range(self._how_often(changes.inserts)):
            self.add_customer()
        for _ in range(min(self._how_often(changes.deletes), len(self))):
            self.delete(self._customers.anyone(self._luck).id)
        for _ in range(self._how_often(changes.orders) if len(self) else 0):
            self.place_order(self._customers.anyone(self._luck).id)

    def _document(self, record: CustomerRecord) -> Any:
        return spoiled(documents.customer(record, self.behaviour), record.spoiled.get(record.id))

    def _order(self, record: CustomerRecord, number: int) -> Any:
        document = order_documents.order(record, number, self.behaviour)
        return spoiled(document, record.spoiled.get(document["token"]))

    def _how_often(self, rate: float) -> int:
        return int(rate) + (self._luck.random() < rate % 1)

    def _register_order(self, record: CustomerRecord) -> None:
        """Make the order in progress known, once tokens have been asked for."""
        if self._orders is not None:
            self._orders[order_token(record.id, record.orders_count)] = (record.id, record.orders_count)

    def _new_guid(self) -> str:
        return str(UUID(int=self._luck.getrandbits(128), version=4))


def _edit(record: CustomerRecord, email: str | None, billing: Address | None, shipping: Address | None) -> None:
    """Change what is given, unless an address has a key that Snipcart's have not."""
    for key in (*(billing or ()), *(shipping or ())):
        check_choice("a key of an address", key, ADDRESS_KEYS)
    old_billing, old_shipping = record.addresses()
    record.email = email or record.email
    if billing is not None:
        record.billing = old_billing | billing
        record.billing_name = record.billing["name"]
    if shipping is not None:
        record.shipping = old_shipping | shipping


def _moments(luck: Random, count: int, burst: int, between: tuple[datetime, datetime]) -> list[int]:
    """Draw the moments at which customers were created; `burst` of them share the second in the middle."""
    start, end = map(ticks.from_datetime, between)
    middle = (start + end) // 2
    together = [middle - middle % ticks.SECOND] * min(burst, count)
    return sorted(together + [ticks.draw(luck, start, end) for _ in range(count - len(together))])
