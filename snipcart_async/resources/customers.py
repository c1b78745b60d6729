"""What you can ask about customers.

https://docs.snipcart.com/v3/api-reference/customers
"""

import builtins
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import attrs

from .. import _editing, _json
from .._api import Api
from .._configuration import count_problem
from .._converter.asking import (
    email_problem,
    first_moment,
    last_moment,
    spell_address,
    spell_filters,
    spell_identifier,
)
from ..errors import ConfigurationError, ReadOnlyFieldError, UpdateMismatchError
from ..listing import Listing
from ..models import Address, Customer, CustomerOrderBy, CustomerStatus, Deletion, Order
from ..request import UNSET, Unset

_CUSTOMER = "/customers/{id}"
_WRONG_CART = "cart_token must be text, a UUID or None"
AddressArgument = Address | Mapping[str, str | None] | Unset | None


@attrs.frozen
class Customers:
    """Ask Snipcart's Customers API."""

    _api: Api = attrs.field(repr=False)

    def list(
        self,
        *,
        status: CustomerStatus | str | None = None,
        email: str | None = None,
        name: str | None = None,
        created_from: date | None = None,
        created_to: date | None = None,
        order_by: CustomerOrderBy | str | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> Listing[Customer]:
        """List customers: `GET /customers`. Nothing is sent until the listing is awaited or walked.

        `email` is matched exactly, `name` is a part of the billing name. `created_from` and `created_to` are
        datetimes with a time zone, or dates: their first and last moment in UTC. Without `order_by` Snipcart
        sorts by number of orders, which changes while you walk. `limit` is the page size, never a bound.

        Raises:
            ConfigurationError: An argument cannot be sent; nothing was.
        """
        params, problem = spell_filters(
            status=status,
            email=email,
            name=name,
            created_from=first_moment(created_from),
            created_to=last_moment(created_to),
            order_by=order_by,
        )
        request = self._api.request("GET", "/customers", params=params)
        del email, name, params  # personal data: a traceback shall not show it
        problem = (
            problem
            or count_problem("offset", offset, at_least=0)
            or ("" if limit is None else count_problem("limit", limit))
        )
        if problem:
            raise ConfigurationError(problem)
        return Listing(
            api=self._api,
            request=request,
            kind=Customer,
            keys=lambda customers: [customer.id for customer in customers],
            offset=offset,
            limit=limit,
        )

    async def get(self, customer_id: str | UUID) -> Customer:
        """Get one customer: `GET /customers/{id}`.

        Raises:
            NotFoundError: There is none, or not in the mode of the key.
        """
        customer_id, problem = spell_identifier("customer_id", customer_id)
        if problem:
            raise ConfigurationError(problem)
        request = self._api.request("GET", _CUSTOMER, customer_id)
        customer: Customer = await self._api.call(request, Customer, asked=customer_id)
        return customer

    async def orders(self, customer_id: str | UUID) -> builtins.list[Order]:
        """Get all orders of a customer but those in progress: `GET /customers/{id}/orders`, unpaged.

        Raises:
            NotFoundError: There is no such customer.
        """
        customer_id, problem = spell_identifier("customer_id", customer_id)
        if problem:
            raise ConfigurationError(problem)
        request = self._api.request("GET", "/customers/{id}/orders", customer_id)
        return [*await self._api.call(request, tuple[Order, ...])]

    async def update(
        self,
        customer_id: str | UUID,
        *,
        email: str,
        billing_address: AddressArgument = UNSET,
        shipping_address: AddressArgument = UNSET,
        cart_token: str | UUID | Unset | None = UNSET,
    ) -> Customer:
        """Update a customer with exactly this body: `PUT /customers/{id}`.

        An `Address` sends its fields that are not `None`. A mapping, with our names, is sent as it is, `None` as
        null. Snipcart does not document what becomes of fields that are left out: `save` is the careful way.
        With a `cart_token` the request is never repeated on its own, as that might bind the cart twice.

        Raises:
            ConfigurationError: An argument cannot be sent; nothing was.
            NotFoundError: There is no such customer.
            TransportError: With `.sent`, the update may have been made although no answer came.
        """
        customer_id, problem = spell_identifier("customer_id", customer_id)
        if problem:
            raise ConfigurationError(problem)
        body, problem = _update_body(email, billing_address, shipping_address, cart_token)
        del email, billing_address, shipping_address  # personal data: a traceback shall not show it
        if problem:
            raise ConfigurationError(problem)
        request = self._api.request("PUT", _CUSTOMER, customer_id, body=body, repeatable=cart_token is UNSET)
        del body, cart_token
        customer: Customer = await self._api.call(request, Customer, asked=customer_id)
        return customer

    async def save(self, edited: Customer, *, was: Customer | None = None) -> Customer:
        """Save an edited copy of a customer without losing anything: `PUT /customers/{id}`.

        Edit with `attrs.evolve`. Only `email`, `billing_address` and `shipping_address` may differ from `was`.
        Without `was`, the current state is read first; what moves without an edit, such as `statistics`, is then
        not compared. Both complete addresses are sent, a field that was emptied
        as null, and the answer is compared with what was intended. Snipcart knows no version of a customer: what
        somebody else saved meanwhile is overwritten. A VAT number that the read did not show (a flat answer never
        does) is not sent, and Snipcart may empty it: give it in `billing_address` to keep it.

        Edit what `get`, `list` or `update` gave. The customer of a session lacks first names, which would count as
        emptied. To empty what only the answer of an update shows, such as a VAT number, give that answer as `was`.

        Raises:
            ReadOnlyFieldError: Another field differs; nothing was sent.
            UpdateMismatchError: The answer is not what was intended; `.customer` holds it.
        """
        if was is None:
            was = await self.get(edited.id)
            edited = _editing.known_part(edited, was)
        if fields := _editing.read_only_changes(edited, was):
            raise ReadOnlyFieldError(fields, method="PUT", path=_CUSTOMER)
        answered = await self.update(
            edited.id,
            email=edited.email or "",
            billing_address=_editing.address_changes(edited.billing_address, was.billing_address) or UNSET,
            shipping_address=_editing.address_changes(edited.shipping_address, was.shipping_address) or UNSET,
        )
        if fields := _editing.mismatches(edited, was, answered):
            raise UpdateMismatchError(fields, customer=answered, method="PUT", path=_CUSTOMER)
        return answered

    async def delete(self, customer_id: str | UUID, *, missing_ok: bool = False) -> Deletion:
        """Delete a customer: `DELETE /customers/{id}`. What becomes of the orders is not documented.

        When an answer was lost and the next try finds nothing, the outcome is `Deletion(True, uncertain=True)`.
        With `missing_ok`, a customer who was not there gives `Deletion(False)`.

        Raises:
            NotFoundError: There is no such customer, and there was none before this call.
            TransportError: With `.sent`, the customer may be gone although no answer came.
        """
        customer_id, problem = spell_identifier("customer_id", customer_id)
        if problem:
            raise ConfigurationError(problem)
        request = self._api.request("DELETE", _CUSTOMER, customer_id)
        response = await self._api.send(request, expected=frozenset({200, 204, 404}))
        if response.status != 404:
            return Deletion(deleted=True)
        if any(attempt.may_have_applied for attempt in response.attempts[:-1]):
            return Deletion(deleted=True, uncertain=True)
        if missing_ok:
            return Deletion(deleted=False)
        raise self._api.refusal(response)


def _update_body(
    email: str,
    billing_address: AddressArgument,
    shipping_address: AddressArgument,
    cart_token: object,
) -> tuple[bytes, str]:
    """Give the body of an update, and what is wrong with it ("" when nothing is)."""
    if problem := email_problem(email):
        return b"", problem
    body: dict[str, Any] = {"email": email}
    addresses = {"billing_address": billing_address, "shipping_address": shipping_address}
    for (name, address), key in zip(addresses.items(), ("billingAddress", "shippingAddress"), strict=True):
        if address is None:
            body[key] = None
        elif address is not UNSET:
            body[key], problem = spell_address(name, address)
            if problem:
                return b"", problem
    if not isinstance(cart_token, str | UUID | Unset | None):
        return b"", _WRONG_CART
    if cart_token is not UNSET:
        body["cartToken"] = str(cart_token) if isinstance(cart_token, UUID) else cart_token
    content, problem = _json.write(body)
    return content, problem and _WRONG_CART  # all else is checked already
