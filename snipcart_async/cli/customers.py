"""`snipcart customers`: list, read, change and delete customers."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

import attrs
from cyclopts import App, Parameter
from cyclopts.validators import Number

from .._converter.asking import email_problem, spell_address
from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import Address, Customer, CustomerOrderBy, CustomerStatus
from .dates import CreatedFrom, CreatedTo
from .examples import examples
from .next_step import MODES
from .output import flat_document, say, write_customers, write_document, write_line

customers: App = App(name="customers", help="List, read, change and delete customers.", help_epilogue="")

CustomerId = Annotated[str, Parameter(name="ID")]
AddressOption = Annotated[list[str] | None, Parameter(consume_multiple=True)]


@customers.command(
    name="list",
    help_epilogue=examples(
        "customers list --max 10",
        "customers list --status confirmed --from 2026-01-01",
        "customers list --order-by orders-value --max 20",
    ),
)
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
            if not await write_customers(_at_most(max_items, walk)):
                say(f"Nobody was found. {MODES}")


@customers.command(help_epilogue=examples("customers get ID"))
async def get(customer_id: CustomerId, /) -> None:
    """Print one customer.

    Args:
        customer_id: The id of the customer.
    """
    async with SnipcartClient() as snipcart:
        write_document(flat_document(await snipcart.customers.get(customer_id)))


@customers.command(help_epilogue=examples("customers orders ID"))
async def orders(customer_id: CustomerId, /) -> None:
    """Print the orders of a customer, one a line.

    Args:
        customer_id: The id of the customer.
    """
    async with SnipcartClient() as snipcart:
        for order in await snipcart.customers.orders(customer_id):
            write_line(flat_document(order))


@customers.command(
    help_epilogue=examples(
        "customers update ID --email ada@example.com",
        "customers update ID --billing city=Québec phone=",
    )
)
async def update(
    customer_id: CustomerId,
    /,
    *,
    email: str | None = None,
    billing: AddressOption = None,
    shipping: AddressOption = None,
) -> None:
    """Change a customer, keep what you do not name, and print what Snipcart answers.

    The customer is read first, and sent back whole with your changes. Only a VAT number is never read:
    to keep one, give it again as vat_number=NUMBER.

    Args:
        customer_id: The id of the customer.
        email: The new e-mail address.
        billing: Fields of the billing address as KEY=VALUE, such as city=Québec; phone= empties the phone.
        shipping: Fields of the shipping address, likewise.
    """
    billing_fields, shipping_fields = _read_fields("--billing", billing), _read_fields("--shipping", shipping)
    if email is None and not billing_fields and not shipping_fields:
        raise ConfigurationError("nothing was sent: name a change with --email, --billing or --shipping")
    if email is not None and (problem := email_problem(email)):
        raise ConfigurationError(problem)
    async with SnipcartClient() as snipcart:
        was = await snipcart.customers.get(customer_id)
        edited = attrs.evolve(
            was,
            email=was.email if email is None else email,
            billing_address=attrs.evolve(was.billing_address, **billing_fields),
            shipping_address=attrs.evolve(was.shipping_address, **shipping_fields),
        )
        known = attrs.evolve(
            was,
            billing_address=_known(was.billing_address, billing_fields),
            shipping_address=_known(was.shipping_address, shipping_fields),
        )
        write_document(flat_document(await snipcart.customers.save(edited, was=known)))


@customers.command(help_epilogue=examples("customers delete ID --yes"))
async def delete(customer_id: CustomerId, /, *, yes: bool = False, missing_ok: bool = False) -> None:
    """Delete a customer. What becomes of their orders is not documented.

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


def _known(address: Address, fields: dict[str, Any]) -> Address:
    """Take for known what shall be emptied, so that it is sent although no read showed it."""
    emptied: dict[str, Any] = {key: getattr(address, key) or "" for key, value in fields.items() if value is None}
    return attrs.evolve(address, **emptied)


def _read_fields(option: str, pairs: list[str] | None) -> dict[str, Any]:
    """Read the KEY=VALUE pairs of an option; an empty value is `None`."""
    split = [pair.partition("=") for pair in pairs or ()]
    fields: dict[str, Any] = {key: value or None for key, _, value in split}
    _, problem = spell_address(option, fields)
    if pairs == [] or not all(equals for _, equals, _ in split):
        problem = f"{option} takes KEY=VALUE, such as city=Québec"
    elif not problem and len(fields) < len(split):
        problem = f"{option} takes each KEY once"
    if problem:
        raise ConfigurationError(problem)
    return fields
