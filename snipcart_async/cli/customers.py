"""`snipcart customers`: list, read, change and delete customers."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

import attrs
from cyclopts import App, Parameter
from cyclopts.validators import Number

from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import Customer, CustomerOrderBy, CustomerStatus
from ..request import UNSET
from .options import CreatedFrom, CreatedTo, CustomerId
from .output import flat_document, write_customers, write_document, write_line

customers = App(name="customers", help="List, read, change and delete customers.")

AddressOption = Annotated[list[str] | None, Parameter(consume_multiple=True)]


@customers.command(name="list")
async def list_(
    *,
    status: CustomerStatus | None = None,
    email: str | None = None,
    name: str | None = None,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
    order_by: CustomerOrderBy | None = None,
    limit: int | None = None,
    max_items: Annotated[int | None, Parameter(name="--max", validator=Number(gte=1))] = None,
) -> None:
    """List customers: a table on a terminal, JSON lines off it.

    Args:
        status: Only customers of this status.
        email: Only the customer with exactly this e-mail address.
        name: Only those whose billing name holds this.
        created_from: Only those created on this date, or at this time, or later.
        created_to: Only those created on this date, or at this time, or earlier.
        order_by: What to sort by; by default the number of orders.
        limit: How many to ask for at a time.
        max_items: Stop after so many.
    """
    async with SnipcartClient() as snipcart:
        listing = snipcart.customers.list(
            status=status,
            email=email,
            name=name,
            created_from=created_from,
            created_to=created_to,
            order_by=order_by,
            limit=limit,
        )
        async with aclosing(aiter(listing)) as walk:
            await write_customers(_at_most(max_items, walk))


@customers.command
async def get(customer_id: CustomerId, /) -> None:
    """Print one customer.

    Args:
        customer_id: The id of the customer.
    """
    async with SnipcartClient() as snipcart:
        write_document(flat_document(await snipcart.customers.get(customer_id)))


@customers.command
async def orders(customer_id: CustomerId, /) -> None:
    """Print the orders of a customer, one a line.

    Args:
        customer_id: The id of the customer.
    """
    async with SnipcartClient() as snipcart:
        for order in await snipcart.customers.orders(customer_id):
            write_line(flat_document(order))


@customers.command
async def update(
    customer_id: CustomerId,
    /,
    *,
    email: str,
    billing: AddressOption = None,
    shipping: AddressOption = None,
) -> None:
    """Change a customer, and print what Snipcart answers.

    Snipcart does not say what becomes of address fields that are left out: give all of them.

    Args:
        customer_id: The id of the customer.
        email: The e-mail address; Snipcart requires it in every update.
        billing: Fields of the billing address as KEY=VALUE, such as city=Québec; postal_code= empties it.
        shipping: Fields of the shipping address, likewise.
    """
    async with SnipcartClient() as snipcart:
        customer = await snipcart.customers.update(
            customer_id,
            email=email,
            billing_address=UNSET if billing is None else _read_fields("--billing", billing),
            shipping_address=UNSET if shipping is None else _read_fields("--shipping", shipping),
        )
        write_document(flat_document(customer))


@customers.command
async def delete(customer_id: CustomerId, /, *, yes: bool = False, missing_ok: bool = False) -> None:
    """Delete a customer; the orders stay.

    Args:
        customer_id: The id of the customer.
        yes: Really delete.
        missing_ok: Succeed as well when there is no such customer.
    """
    if not yes:
        raise ConfigurationError("nothing was sent: add --yes to delete the customer for good")
    async with SnipcartClient() as snipcart:
        write_line(attrs.asdict(await snipcart.customers.delete(customer_id, missing_ok=missing_ok)))


async def _at_most(count: int | None, walk: AsyncIterator[Customer]) -> AsyncIterator[Customer]:
    given = 0
    async for customer in walk:
        yield customer
        given += 1
        if given == count:
            return


def _read_fields(option: str, pairs: list[str]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigurationError(f"{option} takes KEY=VALUE, such as city=Québec")
        fields[key] = value or None
    return fields
