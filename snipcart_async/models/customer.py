"""A customer: one model for every shape in which Snipcart answers.

https://docs.snipcart.com/v3/api-reference/customers
"""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from ._model import Model
from .address import Address
from .open_enum import Mode, OpenEnum


class CustomerStatus(OpenEnum):
    """Whether a customer has an account (Confirmed) or checked out as a guest (Unconfirmed)."""

    CONFIRMED = "Confirmed"
    UNCONFIRMED = "Unconfirmed"


class CustomerOrderBy(OpenEnum):
    """By what `GET /customers` sorts; without it, Snipcart sorts by number of orders."""

    ORDERS_VALUE = "OrdersValue"
    NBR_ORDERS = "NbrOrders"
    DATE = "Date"


@attrs.frozen(kw_only=True, repr=False)
class CustomerStatistics(Model):
    """Sum up what a customer ordered.

    Only the customers endpoints fill it in: inside an order or a session the figures are placeholders.
    `orders_amount` has no currency of its own.
    """

    shown: ClassVar[tuple[str, ...]] = ("orders_count",)

    orders_count: int | None = None
    orders_amount: Decimal | None = None
    subscriptions_count: int | None = None


@attrs.frozen(kw_only=True, repr=False)
class Customer(Model):
    """Describe a customer, a Snipcart "User".

    Absent addresses and statistics are empty ones, never `None`. `session_token` logs the shopper in:
    treat it like a password. `gravatar_url` holds a hash of the e-mail: it is personal data.
    """

    shown: ClassVar[tuple[str, ...]] = ("id", "status")

    id: str
    email: str | None = None
    mode: Mode | None = None
    statistics: CustomerStatistics = attrs.field(factory=CustomerStatistics)
    creation_date: datetime | None = None
    shipping_address_same_as_billing: bool | None = None
    status: CustomerStatus | None = None
    gravatar_url: str | None = None
    billing_address: Address = attrs.field(factory=Address)
    shipping_address: Address = attrs.field(factory=Address)
    session_token: str | None = None
