"""What was bought: the lines of an order, and the fields the shopper filled in."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from ._model import Model


@attrs.frozen(kw_only=True, repr=False)
class CustomField(Model):
    """Hold a field the shop asked the shopper to fill in.

    `options` is text with `|` between choices. `operation` is nothing, text such as "+10.00", or a number.
    """

    name: str | None = None
    placeholder: str | None = None
    display_value: str | None = None
    type: str | None = None
    options: str | None = None
    required: bool | None = None
    value: str | None = None
    operation: str | Decimal | None = None
    options_array: tuple[str, ...] | None = None


@attrs.frozen(kw_only=True, repr=False)
class PaymentSchedule(Model):
    """Tell when a recurring item is paid; `interval` is a word, or the number 0 for "once"."""

    interval: str | int | None = None
    interval_count: int | None = None
    trial_period_in_days: int | None = None
    starts_on: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class OrderItem(Model):
    """Describe one line of an order.

    `id` is the shop's own product id. Weights are in grams, dimensions in centimetres.
    """

    unique_id: str | None = None
    token: str | None = None
    id: str | None = None
    name: str | None = None
    url: str | None = None
    image: str | None = None
    description: str | None = None
    price: Decimal | None = None
    original_price: Decimal | None = None
    unit_price: Decimal | None = None
    total_price: Decimal | None = None
    total_price_without_taxes: Decimal | None = None
    total_price_without_discounts_and_taxes: Decimal | None = None
    total_price_without_discounts_and_taxes_legacy: Decimal | None = None
    quantity: int | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None
    weight: Decimal | None = None
    total_weight: Decimal | None = None
    width: Decimal | None = None
    height: Decimal | None = None
    length: Decimal | None = None
    has_dimensions: bool | None = None
    stackable: bool | None = None
    duplicatable: bool | None = None
    shippable: bool | None = None
    taxable: bool | None = None
    has_taxes_included: bool | None = None
    taxes: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    alternate_prices: Any = attrs.field(default=None, hash=False)
    initial_data: str | None = None
    file_guid: str | None = None
    metadata: Any = attrs.field(default=None, hash=False)
    added_on: datetime | None = None
    modification_date: datetime | None = None
    payment_schedule: PaymentSchedule | None = None
    pausing_action: str | None = None
    cancellation_action: str | None = None
    parcels: Any = attrs.field(default=None, hash=False)
    subscription_id: str | None = None
    custom_fields: tuple[CustomField, ...] | None = None
