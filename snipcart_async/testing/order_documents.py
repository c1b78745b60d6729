"""Orders as JSON documents, with every key that captured orders have and the pages name.

https://docs.snipcart.com/v3/api-reference/orders
"""

from dataclasses import replace
from random import Random
from typing import Any

from . import ticks
from .behaviour import Behaviour, Shape
from .documents import customer, flat_address, money, read_address
from .people import CustomerRecord, guid, order_cents, order_token

_GOODS = (
    ("Maple syrup", "syrup"),
    ("Café crème, 250 g", "cafe"),
    ('T-shirt "Ünï"', "shirt"),
    ("e-Book 📖", "book"),
)
_PRICES = ("price", "unitPrice", "totalPrice", "totalPriceWithoutTaxes", "totalPriceWithoutDiscountsAndTaxes")
_STATUSES = (
    ("Processed", "Paid"),
    ("Shipped", "Paid"),
    ("Delivered", "PaidDeferred"),
    ("Pending", "Deferred"),
    ("Cancelled", "Refunded"),
)


def order(record: CustomerRecord, number: int, behaviour: Behaviour) -> dict[str, Any]:
    """Build what `GET /orders/{token}` answers; the order after a customer's last is the one in progress."""
    token = order_token(record.id, number)
    luck = Random(token)
    created = record.created + number * 3 * ticks.DAY + luck.randrange(ticks.DAY)
    return (
        _identity(record, token, luck, behaviour)
        | _state(luck, created, in_progress=number == record.orders_count)
        | _who(record, behaviour)
        | _charges(luck, token, created, order_cents(record.id, number))
    )


def _identity(record: CustomerRecord, token: str, luck: Random, behaviour: Behaviour) -> dict[str, Any]:
    return {
        "token": token,
        "invoiceNumber": f"SNIP-{luck.randrange(10_000):04}",
        "userId": record.id,
        "email": record.email,
        "mode": behaviour.mode,
        "lang": luck.choice(("en", "fr-CA")),
        "currency": luck.choice(("usd", "cad", "eur")),
        **dict.fromkeys(("parentToken", "parentInvoiceNumber", "subscriptionId", "recoveredFromCampaignId")),
        "isRecurringOrder": False,
        "hasSubscriptions": False,
        "willBePaidLater": False,
        "ipAddress": "203.0.113.9",
        "userAgent": "Mozilla/5.0",
        "notes": luck.choice((None, "", "Ring twice, please.\nThank you")),
        "metadata": luck.choice((None, {}, {"gift": True, "source": "newsletter"})),
        "customFieldsJson": luck.choice(("[]", None)),
        "customFields": luck.choice(([], [_custom_field(luck)])),
        "plans": [],
    }


def _custom_field(luck: Random) -> dict[str, Any]:
    return {
        "name": "Engraving",
        "displayValue": "Für Zoë",
        "type": "textbox",
        "options": "",
        "required": False,
        "value": "Für Zoë",
        "operation": luck.choice((None, "+10.00", 10)),
        "optionsArray": None,
    }


def _state(luck: Random, created: int, *, in_progress: bool) -> dict[str, Any]:
    status, payment_status = luck.choice(_STATUSES)
    completed = created + 7 * 60 * ticks.SECOND
    state: dict[str, Any] = {
        "creationDate": ticks.spell(created - created % ticks.MILLISECOND),
        "modificationDate": ticks.spell(completed),
        "completionDate": ticks.spell(completed),
        "status": status,
        "paymentStatus": payment_status,
        "paymentMethod": "CreditCard",
        "paymentGatewayUsed": "SnipcartPaymentService",
        "paymentTransactionId": luck.choice(("", None, "ch_1")),
        "paymentDetails": {"iconUrl": None, "display": "Visa", "instructions": None},
        "creditCardLast4Digits": luck.choice(("4242", "0007", None)),
        "cardType": "Visa",
        "taxProvider": "Default",
        "trackingNumber": luck.choice((None, "1Z999")),
        "trackingUrl": None,
    }
    if in_progress:
        state |= {"status": "InProgress", "completionDate": None, "paymentStatus": None, "paymentMethod": 0}
    return state


def _who(record: CustomerRecord, behaviour: Behaviour) -> dict[str, Any]:
    """Build the parts that say who orders; an embedded user never carries its statistics."""
    billing, shipping = record.addresses()
    user_shape: Shape = "nested" if behaviour.shape == "nested" else "both"
    return {
        "cardHolderName": billing["name"],
        **flat_address("billingAddress", billing),
        **flat_address("shippingAddress", shipping),
        "billingAddress": read_address(billing),
        "shippingAddress": read_address(shipping),
        "shippingAddressSameAsBilling": billing == shipping,
        "billingAddressComplete": True,
        "shippingAddressComplete": True,
        "shippingMethodComplete": True,
        "user": {
            **customer(record, replace(behaviour, shape=user_shape)),
            "statistics": {"ordersCount": 0, "ordersAmount": None, "subscriptionsCount": 0},
        },
    }


def _charges(luck: Random, token: str, created: int, total: int) -> dict[str, Any]:
    """Split a total into goods, shipping and tax; every sum comes out, in cents."""
    shipping = luck.choice((0, 0, 500))
    saved = luck.choice((0, 0, 250))
    tax = (total - shipping) * 13 // 113
    goods = total - shipping - tax + saved
    refunded = luck.choice((0, 0, 0, total // 4))
    extra = goods // 3 if luck.random() < 0.5 else 0
    items = [_item(luck, token, index, price) for index, price in enumerate((goods - extra, extra)) if price]
    taxes = [{"name": "HST", "rate": money(13), "amount": money(tax), "unroundedAmount": money(tax), "taxId": None}]
    taxable = goods - saved
    return {
        **dict.fromkeys(("finalGrandTotal", "grandTotal", "total"), money(total)),
        **dict.fromkeys(("itemsTotal", "baseTotal", "totalPriceWithoutDiscountsAndTaxes"), money(goods)),
        **dict.fromkeys(("subtotal", "taxableTotal"), money(taxable)),
        "taxesTotal": money(tax),
        "totalRebateRate": 0,
        "savedAmount": money(saved),
        "refundsAmount": money(refunded),
        "adjustedAmount": money(total - refunded),
        "shippingFees": money(shipping),
        "shippingMethod": "Post" if shipping else "Free shipping",
        "shippingProvider": None,
        "shippingEnabled": True,
        "totalWeight": 250 * len(items),
        **dict.fromkeys(("itemsCount", "numberOfItemsInOrder"), len(items)),
        "totalNumberOfItems": 0,
        "items": items,
        "taxes": [_tax(tax)],
        "discounts": [_discount(token, created, saved)] if saved else [],
        "refunds": [_refund(token, created, refunded)] if refunded else [],
        "summary": {
            **dict.fromkeys(("subtotal", "taxableTotal"), money(taxable)),
            **dict.fromkeys(("total", "payableNow", "adjustedTotal"), money(total)),
            "paymentMethod": luck.choice((0, "CreditCard")),
            "taxes": taxes,
            "discountInducedTaxesVariation": 0,
            "shipping": None,
        },
    }


def _item(luck: Random, token: str, index: int, price: int) -> dict[str, Any]:
    name, goods_id = luck.choice(_GOODS)
    return {
        "uniqueId": guid(f"{token}/item {index}"),
        "token": token,
        "id": goods_id,
        "name": name,
        "url": f"/goods/{goods_id}",
        "image": "",
        "originalPrice": None,
        **dict.fromkeys(_PRICES, money(price)),
        "quantity": 1,
        **dict.fromkeys(("minQuantity", "maxQuantity", "metadata", "description"), None),
        "weight": 250,
        "totalWeight": 250,
        "stackable": True,
        "shippable": True,
        "taxable": True,
        "hasTaxesIncluded": False,
        "taxes": [],
        "categories": [],
        "alternatePrices": {},
        "paymentSchedule": {
            "interval": luck.choice((0, "Month")),
            "intervalCount": 1,
            "trialPeriodInDays": None,
        },
        "customFields": [],
    }


def _tax(amount: int) -> dict[str, Any]:
    return {
        "taxName": "HST",
        "taxRate": money(13),
        "amount": money(amount),
        "numberForInvoice": "",
        "includedInPrice": False,
        "appliesOnShipping": False,
        "discountInducedAmountVariation": 0,
    }


def _discount(token: str, created: int, saved: int) -> dict[str, Any]:
    return {
        "id": guid(f"{token}/discount"),
        "discountId": guid(f"{token}/discount"),
        "name": "Welcome",
        "code": "WELCOME",
        "trigger": "Code",
        "type": "FixedAmount",
        "rate": None,
        "amount": money(saved),
        "amountSaved": money(saved),
        "combinable": True,
        "creationDate": ticks.spell(created),
        "modificationDate": ticks.spell(created),
        "archived": False,
    }


def _refund(token: str, created: int, refunded: int) -> dict[str, Any]:
    refund_date = ticks.spell(created + ticks.DAY)
    return {
        "id": guid(f"{token}/refund"),
        "orderToken": token,
        "amount": money(refunded),
        "comment": "Broken on arrival",
        "notifyCustomer": False,
        "refundedByPaymentGateway": True,
        "creationDate": refund_date,
        "modificationDate": refund_date,
    }
