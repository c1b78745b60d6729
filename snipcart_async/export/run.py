"""Exporting customers: walk the list, write each customer once, publish the file when it is finished."""

import os
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import date
from pathlib import Path

import attrs

from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import CustomerOrderBy, CustomerStatus
from ..request import Request, Response
from ..resources import Customers
from ..retry import RetryPolicy
from ..transport import Transport
from .formats import FORMATS, EncodeRow
from .part_file import PartFile
from .report import ExportProgress, ExportReport

_PAGE = 100
_PATIENT = RetryPolicy(max_attempts=10, max_retry_after=300)
_WALKED = ("a walk over a list that changes cannot prove that it missed nobody",)


async def export_customers(
    snipcart: SnipcartClient,
    path: str | os.PathLike[str],
    *,
    created_from: date | None = None,
    created_to: date | None = None,
    status: CustomerStatus | str | None = None,
    name: str | None = None,
    concurrency: int = 8,
    overwrite: bool = False,
    session_tokens: bool = False,
    on_progress: Callable[[ExportProgress], None] | None = None,
) -> ExportReport:
    """Write every customer to a file, each once, and report what that proves.

    The format follows from the suffix. The file is private, and appears under its name only when it is finished.
    The filters are those of `customers.list`; `on_progress` is called after each page.

    Raises:
        ConfigurationError: The path or a filter is unusable; nothing was sent.
        ExportError: The disk refuses, another export is writing this file, or the file appeared meanwhile.
        SnipcartError: Snipcart could not be asked; nothing is left behind.
    """
    began = time.monotonic()
    target = Path(path)
    encode = _choose_format(target)
    _check_place(target, overwrite=overwrite)
    customers, counter = _patient_customers(snipcart)
    listing = customers.list(
        status=status,
        name=name,
        created_from=created_from,
        created_to=created_to,
        order_by=CustomerOrderBy.DATE,
        limit=_PAGE,
    )
    del name  # personal data: a traceback shall not show it
    written: set[str] = set()
    with PartFile(target, overwrite=overwrite) as part:
        async with aclosing(listing.pages(concurrency)) as pages:
            async for page in pages:
                fresh = {customer.id: customer for customer in page if customer.id not in written}
                part.write(b"".join(encode(customer, session_tokens=session_tokens) for customer in fresh.values()))
                written.update(fresh)
                if on_progress is not None:
                    on_progress(ExportProgress(len(written), page.total_items))
        part.publish()
    return ExportReport(
        customers=len(written),
        rejected=0,
        windows=1,
        unproven=_WALKED,
        requests=counter.requests,
        seconds=time.monotonic() - began,
        path=target,
    )


@attrs.define
class _CountingTransport:
    """Count the requests that one export costs; the client it borrows is shared with others."""

    inner: Transport
    requests: int = 0

    async def send(self, request: Request) -> Response:
        """Send a request, and count its tries."""
        response = await self.inner.send(request)
        self.requests += len(response.attempts)
        return response


def _patient_customers(snipcart: SnipcartClient) -> tuple[Customers, _CountingTransport]:
    """Give the resource on a road that waits as long as Snipcart likes, and the counter that stands on it."""
    api = snipcart.with_options(deadline=None, retry=_PATIENT)._api  # noqa: SLF001 - the road itself is extended
    counter = _CountingTransport(api.transport)
    return Customers(attrs.evolve(api, transport=counter)), counter


def _choose_format(target: Path) -> EncodeRow:
    encode = FORMATS.get(target.suffix.lower())
    if encode is None:
        raise ConfigurationError(f"path must end in {' or '.join(FORMATS)}")
    return encode


def _check_place(target: Path, *, overwrite: bool) -> None:
    """Refuse a place where no file may appear; `os.path` answers also about folders one may not read."""
    if not os.path.isdir(target.parent):  # noqa: PTH112
        raise ConfigurationError("path must lie in a folder that exists")
    if os.path.isdir(target):  # noqa: PTH112
        raise ConfigurationError("path is a folder; name a file in it")
    if os.path.lexists(target) and not overwrite:
        raise ConfigurationError("path exists already: choose another name, or replace it with overwrite=True")
