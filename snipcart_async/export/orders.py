"""Exporting orders: for every customer, each of their orders is a row."""

import os
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from functools import partial
from typing import Any

import attrs

from .. import _converter
from .._converter.leaves import is_guid
from ..client import SnipcartClient
from ..errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ResponseTooLargeError,
)
from ..models import Customer, CustomerStatus, Order
from .ahead import in_order
from .answers import patient, set_aside
from .columns import OrderRow, orders_table
from .formats import Format
from .job import Harvest, Job, OnProgress, Run
from .report import ExportReport
from .result import Reject
from .run import export

_NOT_THE_CUSTOMERS = (AuthenticationError, PermissionDeniedError, RateLimitError)
_DOWN = frozenset({502, 503, 504})
"""Answers that say nothing of the customer asked for: Snipcart is down, and the export better goes on later."""


async def export_orders(
    snipcart: SnipcartClient,
    path: str | os.PathLike[str],
    *,
    format: str | Format | None = None,  # noqa: A002 - the plain word for it
    created_from: date | None = None,
    created_to: date | None = None,
    status: CustomerStatus | str | None = None,
    name: str | None = None,
    concurrency: int = 8,
    resume: bool = False,
    overwrite: bool = False,
    strict: bool = False,
    session_tokens: bool = False,
    hydrate: bool = False,
    on_progress: OnProgress | None = None,
) -> ExportReport:
    """Write every order of every customer to a file: `GET /customers`, `GET /customers/{id}/orders`.

    The filters choose customers, and the arguments are those of `export_customers`. Each row has its customer's id.
    With `hydrate`, each order is asked for on its own, `GET /orders/{token}`, which may show more of its items.
    A customer who was deleted meanwhile is counted as `missing`. One whose orders cannot be read is a reject.

    Raises:
        ConfigurationError: The path or an argument is unusable, or `resume` finds an export of something else.
        ExportError: The disk refuses, the checkpoint is damaged, or `strict` met a record that cannot be read.
        SnipcartError: Snipcart could not be asked; with `resume=True` the export goes on from there.
    """
    run = Run.to(
        snipcart,
        path,
        format,
        created_from=created_from,
        created_to=created_to,
        status=status,
        name=name,
        concurrency=concurrency,
        resume=resume,
        overwrite=overwrite,
        strict=strict,
        on_progress=on_progress,
    )
    del name  # personal data: a traceback shall not show it
    return await export(run, orders_job(snipcart, run.concurrency, session_tokens=session_tokens, hydrate=hydrate))


def orders_job(
    snipcart: SnipcartClient, concurrency: int, *, session_tokens: bool = False, hydrate: bool = False
) -> Job[OrderRow]:
    """Make a row of each order of each customer."""
    reader = _OrderReader(patient(snipcart), hydrate=hydrate)
    return Job(
        kind="orders",
        table=orders_table(session_tokens=session_tokens),
        options={"session_tokens": session_tokens, "hydrate": hydrate},
        gather=partial(_gather, reader, concurrency),
        ahead=1,
        pages=1,
    )


def _gather(
    reader: "_OrderReader", concurrency: int, customers: Sequence[Customer]
) -> AsyncGenerator[Harvest[OrderRow], None]:
    return in_order((partial(reader.read, customer.id) for customer in customers), concurrency)


@attrs.frozen(kw_only=True)
class _Asked:
    """Hold what came of asking for one document."""

    requests: int
    document: Any = attrs.field(default=None, repr=False)
    gone: bool = False
    problem: str = ""


@attrs.frozen
class _OrderReader:
    """Read the orders of one customer after the other, each order by itself."""

    _snipcart: SnipcartClient
    _hydrate: bool = attrs.field(kw_only=True)

    async def read(self, customer_id: str) -> Harvest[OrderRow]:
        """Read the orders of a customer; what cannot be read is a reject, not the end."""
        asked = await self._ask(f"/customers/{customer_id}/orders")
        if asked.gone:
            return Harvest(customers=0, rows=(), missing=1, requests=asked.requests)
        problem = asked.problem or ("" if type(asked.document) is list else "$: expected a list")
        if problem:
            return Harvest(customers=1, rows=(), rejects=(_reject(customer_id, problem),), requests=asked.requests)
        rows: dict[str, OrderRow] = {}
        rejects: list[Reject] = []
        requests = asked.requests
        for place, listed in enumerate(asked.document):
            found = await self._find(listed)
            requests += found.requests
            order, problems = _converter.read_item(found.document, Order, f"$[{place}]")
            if order is not None and not found.problem:
                rows[order.token.lower()] = OrderRow(customer_id, order)
            else:
                rejects.append(_reject(customer_id, *problems, *filter(None, [found.problem]), document=listed))
        return Harvest(customers=1, rows=[*rows.values()], rejects=tuple(rejects), requests=requests)

    async def _find(self, listed: Any) -> _Asked:
        """Ask for a listed order on its own, where that is wanted; else, or when it has gone, it is as listed."""
        token = listed.get("token") if isinstance(listed, dict) else None
        if not (self._hydrate and isinstance(token, str) and is_guid(token)):
            return _Asked(requests=0, document=listed)
        asked = await self._ask(f"/orders/{token}")
        if asked.gone or asked.problem:
            return attrs.evolve(asked, document=listed)
        answered = asked.document.get("token") if isinstance(asked.document, dict) else None
        other = isinstance(answered, str) and answered.lower() != token.lower()
        return attrs.evolve(asked, problem="$.token: answers another request" if other else "")

    async def _ask(self, path: str) -> _Asked:
        try:
            response = await self._snipcart.request("GET", path)
            return _Asked(document=response.json(), requests=len(response.attempts))
        except NotFoundError as error:
            return _Asked(gone=True, requests=len(error.attempts))
        except (ApiError, DecodeError, ResponseTooLargeError) as error:
            if isinstance(error, _NOT_THE_CUSTOMERS) or getattr(error, "status", None) in _DOWN:
                raise
            return _Asked(problem=str(error), requests=len(error.attempts))


def _reject(customer_id: str, *problems: str, document: Any = None) -> Reject:
    return Reject(problems=problems, document={"customerId": customer_id, "order": set_aside(document)})
