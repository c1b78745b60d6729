"""What was added to, taken off and paid back on an order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from ._model import Model


@attrs.frozen(kw_only=True, repr=False)
class OrderTax(Model):
    """Describe a tax of an order; `tax_rate` is a fraction (0.085)."""

    tax_name: str | None = None
    tax_rate: Decimal | None = None
    amount: Decimal | None = None
    number_for_invoice: str | None = None
    included_in_price: bool | None = None
    applies_on_shipping: bool | None = None
    discount_induced_amount_variation: Decimal | None = None
    token: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class SummaryTax(Model):
    """Describe a tax as an order's summary spells it."""

    name: str | None = None
    rate: Decimal | None = None
    amount: Decimal | None = None
    unrounded_amount: Decimal | None = None
    tax_id: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class OrderDiscount(Model):
    """Describe a discount that an order got; lists of products are text with commas."""

    id: str | None = None
    discount_id: str | None = None
    name: str | None = None
    code: str | None = None
    trigger: str | None = None
    type: str | None = None
    rate: Decimal | None = None
    amount: Decimal | None = None
    amount_saved: Decimal | None = None
    normalized_rate: Decimal | None = None
    combinable: bool | None = None
    has_saved_amount: bool | None = None
    total_to_reach: Decimal | None = None
    product_ids: str | None = None
    categories: Any = attrs.field(default=None, hash=False)
    affected_items: Any = attrs.field(default=None, hash=False)
    products: Any = attrs.field(default=None, hash=False)
    number_of_usages: int | None = None
    number_of_usages_uncompleted: int | None = None
    alternate_price: str | Decimal | None = None
    quantity_interval: Any = attrs.field(default=None, hash=False)
    quantity_of_a_product: int | None = None
    quantity_of_product_ids: Any = attrs.field(default=None, hash=False)
    max_quantity_of_a_product: int | None = None
    only_on_same_products: bool | None = None
    data_attribute: str | None = None
    item_id: str | None = None
    number_of_items_required: int | None = None
    number_of_free_items: int | None = None
    max_discounts_per_item: int | None = None
    applies_on_all_recurring_orders: bool | None = None
    shipping_description: str | None = None
    shipping_cost: Decimal | None = None
    shipping_guaranteed_days_to_delivery: int | None = None
    currency: str | None = None
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    archived: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class OrderRefund(Model):
    """Describe a refund of an order."""

    id: str | None = None
    order_token: str | None = None
    amount: Decimal | None = None
    comment: str | None = None
    notify_customer: bool | None = None
    refunded_by_payment_gateway: bool | None = None
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    notified_customer_by_email: bool | None = None
    currency: str | None = None
