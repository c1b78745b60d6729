"""An order, as `GET /customers/{id}/orders` and the Orders API answer it.

https://docs.snipcart.com/v3/api-reference/orders
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from ._model import Model
from .address import Address
from .customer import Customer
from .open_enum import Mode, OpenEnum
from .order_charges import OrderDiscount, OrderRefund, OrderTax, SummaryTax
from .order_item import CustomField, OrderItem


class OrderStatus(OpenEnum):
    """Where an order stands."""

    IN_PROGRESS = "InProgress"
    PROCESSED = "Processed"
    DISPUTED = "Disputed"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    PENDING = "Pending"
    CANCELLED = "Cancelled"
    DISPATCHED = "Dispatched"


class PaymentStatus(OpenEnum):
    """Where the payment of an order stands."""

    PAID = "Paid"
    DEFERRED = "Deferred"
    PAID_DEFERRED = "PaidDeferred"
    CHARGED_BACK = "ChargedBack"
    REFUNDED = "Refunded"
    PAIDOUT = "Paidout"
    FAILED = "Failed"
    PENDING = "Pending"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"
    OPEN = "Open"
    AUTHORIZED = "Authorized"


@attrs.frozen(kw_only=True, repr=False)
class OrderPlan(Model):
    """Hold a plan of the first subscription model; no payload with one is known, so all of it is `extra`."""


@attrs.frozen(kw_only=True, repr=False)
class OrderPaymentDetails(Model):
    """Tell how the payment method is shown to the shopper."""

    icon_url: str | None = None
    display: str | None = None
    instructions: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class OrderSummary(Model):
    """Sum up an order's money; `payable_now` has been seen to disagree with `total`."""

    subtotal: Decimal | None = None
    taxable_total: Decimal | None = None
    total: Decimal | None = None
    payable_now: Decimal | None = None
    payment_method: str | int | None = None
    taxes: tuple[SummaryTax, ...] | None = None
    discount_induced_taxes_variation: Decimal | None = None
    adjusted_total: Decimal | None = None
    shipping: Any = attrs.field(default=None, hash=False)


@attrs.frozen(kw_only=True, repr=False)
class Order(Model):
    """Describe an order; only `token` is sure to be there.

    A list that Snipcart left out is `None`, one that is empty is `()`. `payment_method` can be the number 0 in
    old carts. Amounts are in `currency`, `total_weight` is in grams.
    """

    shown: ClassVar[tuple[str, ...]] = ("status", "payment_status")

    token: str
    invoice_number: str | None = None
    user_id: str | None = None
    email: str | None = None
    parent_token: str | None = None
    parent_invoice_number: str | None = None
    subscription_id: str | None = None
    recovered_from_campaign_id: str | None = None
    is_recurring_order: bool | None = None
    is_recurring_v3_order: bool | None = None
    has_subscriptions: bool | None = None
    will_be_paid_later: bool | None = None
    mode: Mode | None = None
    lang: str | None = None
    currency: str | None = None

    creation_date: datetime | None = None
    modification_date: datetime | None = None
    completion_date: datetime | None = None

    status: OrderStatus | None = None
    payment_status: PaymentStatus | None = None
    payment_method: str | int | None = None

    card_holder_name: str | None = None
    billing_address: Address = attrs.field(factory=Address)
    shipping_address: Address = attrs.field(factory=Address)
    shipping_address_same_as_billing: bool | None = None
    billing_address_complete: bool | None = None
    shipping_address_complete: bool | None = None
    shipping_method_complete: bool | None = None
    user: Customer | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    notes: str | None = None

    final_grand_total: Decimal | None = None
    grand_total: Decimal | None = None
    total: Decimal | None = None
    subtotal: Decimal | None = None
    items_total: Decimal | None = None
    taxable_total: Decimal | None = None
    taxes_total: Decimal | None = None
    base_total: Decimal | None = None
    adjusted_amount: Decimal | None = None
    refunds_amount: Decimal | None = None
    saved_amount: Decimal | None = None
    total_price_without_discounts_and_taxes: Decimal | None = None
    rebate_amount: Decimal | None = None
    total_rebate_rate: Decimal | None = None
    shipping_fees: Decimal | None = None

    shipping_method: str | None = None
    shipping_localized_method: str | None = None
    shipping_provider: str | None = None
    shipping_rate_user_defined_id: str | None = None
    shipping_enabled: bool | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    total_weight: Decimal | None = None

    credit_card_last4_digits: str | None = None
    card_type: str | None = None
    payment_gateway_used: str | None = None
    payment_transaction_id: str | None = None
    payment_details: OrderPaymentDetails | None = None
    tax_provider: str | None = None

    items_count: int | None = None
    number_of_items_in_order: int | None = None
    total_number_of_items: int | None = None

    custom_fields: tuple[CustomField, ...] | None = None
    custom_fields_json: str | None = None
    metadata: Any = attrs.field(default=None, hash=False)

    items: tuple[OrderItem, ...] | None = None
    taxes: tuple[OrderTax, ...] | None = None
    discounts: tuple[OrderDiscount, ...] | None = None
    plans: tuple[OrderPlan, ...] | None = None
    refunds: tuple[OrderRefund, ...] | None = None
    summary: OrderSummary | None = None
