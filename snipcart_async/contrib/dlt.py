"""dlt: the customers and orders of a shop as a source for any warehouse, with a row that says what is proven."""

import secrets
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any

import attrs

from .._configuration import count_problem
from .._secret import Masked
from ..client import SnipcartClient
from ..errors import ConfigurationError, ExportError
from ..export.columns import Kind, customers_table, orders_table
from ..export.customers import customers_job
from ..export.fitting import FRACTION, WHOLE, fit_rows
from ..export.job import Job
from ..export.orders import orders_job
from ..export.plan import whole_range
from ..export.result import Reject
from ..export.stepping import stepping
from ..export.sweep import sweep
from ..export.tally import Tally

try:
    import dlt
    from dlt.common.configuration.specs import BaseConfiguration
    from dlt.common.schema.typing import TColumnSchema
    from dlt.extract import DltResource
except ImportError as _missing:  # pragma: no cover - the tests have it
    raise ImportError("snipcart_async.contrib.dlt needs dlt: pip install 'snipcart-async[dlt]'") from _missing

__all__ = ["snipcart_source"]

_Row = dict[str, Any]

_CUSTOMERS, _PROOFS = "customers", "snipcart_exports"
_GOT_TO = "got_to"
_SECRET = "sources.snipcart.api_key"  # noqa: S105 - where it is found
_GO_ON = "nothing is loaded: run it again when the shop is quiet, or load what could be read with require_proof=False"
_PASSES_OVER = "load.raise_on_failed_jobs is off: dlt would go on without rows that it could not load"
_SHOWN = 5
_TYPES: dict[Kind, TColumnSchema] = {
    Kind.TEXT: {"data_type": "text"},
    Kind.INTEGER: {"data_type": "bigint"},
    Kind.BOOLEAN: {"data_type": "bool"},
    Kind.DECIMAL: {"data_type": "decimal", "precision": WHOLE + FRACTION, "scale": FRACTION},
    Kind.INSTANT: {"data_type": "timestamp", "timezone": True, "precision": 6},
    Kind.JSON: {"data_type": "text"},  # as JSON some databases round its numbers, and PostgreSQL refuses \u0000
}
_PROOF = {
    "resource": Kind.TEXT,
    "complete": Kind.BOOLEAN,
    "created_from": Kind.INSTANT,
    "created_until": Kind.INSTANT,
    **dict.fromkeys(("customers", "rows", "missing", "rejected", "windows", "requests"), Kind.INTEGER),
    "unproven": Kind.TEXT,
    "problems": Kind.TEXT,
}


# Without a spec of its own dlt would take api_key from any variable API_KEY, and send it to Snipcart.
@dlt.source(name="snipcart", section="snipcart", max_table_nesting=0, spec=BaseConfiguration)
def snipcart_source(
    api_key: str | None = None,
    *,
    client: Callable[[str | None], SnipcartClient] = SnipcartClient,
    incremental: bool = False,
    require_proof: bool = True,
    concurrency: int = 8,
    session_tokens: bool = False,
    hydrate: bool = False,
) -> Iterator[DltResource]:
    """Give all customers and orders of a shop: `GET /customers`, `GET /customers/{id}/orders`.

    The resources are `customers`, `orders`, and `snipcart_exports`: a row for each of the others that says what was
    read, and what of it is proven. Columns and keys are those of the SQLite export; rows are merged.

    Args:
        api_key: By default dlt's secret `sources.snipcart.api_key`, else the environment's `SNIPCART_SECRET_API_KEY`.
        client: Makes the client of a run from the key; it is closed when everything is read.
        incremental: Read only customers created since the last complete run; orders are read all the same.
        require_proof: Load nothing unless everybody is proven to be there and could be read.
        concurrency: How many windows, or customers with orders, are read at a time, within the client's own limit.
        session_tokens: Load the tokens that log shoppers in, too.
        hydrate: Ask for each order on its own, `GET /orders/{token}`, which may show more of its items.

    Raises:
        ConfigurationError: The key or another argument is unusable; nothing was sent.
        SnipcartError: When it runs, as the cause of dlt's error; an `ExportError` where something is not proven.
    """
    api_key = _find_key(api_key)
    passes_over = dlt.config.get("load.raise_on_failed_jobs", bool) is False
    if problem := count_problem("concurrency", concurrency) or (_PASSES_OVER if passes_over else ""):
        raise ConfigurationError(problem)
    make_client = partial(client, api_key)
    make_client()  # opens nothing, and refuses an unusable key here, not in the middle of a run

    async def read_shop(chosen: Mapping[str, DltResource], state: _Row) -> AsyncGenerator[_Part, None]:
        goes_on = incremental and _CUSTOMERS in chosen and not _is_replaced(chosen[_CUSTOMERS])
        async with make_client() as snipcart:
            since = _find(state, snipcart) if goes_on else None
            readings = (
                _Reading(customers_job(concurrency, session_tokens=session_tokens), since),
                _Reading(orders_job(snipcart, concurrency, session_tokens=session_tokens, hydrate=hydrate)),
            )
            for reading in readings:
                kind = reading.job.kind
                if kind not in chosen:
                    continue
                async with aclosing(reading.rows(snipcart, concurrency)) as windows:
                    async for rows in windows:
                        yield _Part(kind, rows)
                proof = reading.proof()
                if require_proof and not proof["complete"]:
                    raise ExportError(f"{kind}: {reading.doubts()}; {_GO_ON}")
                yield _Part(_PROOFS, [proof])
                if kind == _CUSTOMERS and proof["complete"]:
                    _keep(state, snipcart, reading.tally.created_until)

    @dlt.resource(name="snipcart_shop", selected=False)
    def shop() -> Iterator[_Part]:
        chosen, state = dlt.current.source().resources.selected, dlt.current.resource_state(_CUSTOMERS)
        with stepping(read_shop(chosen, state)) as parts:
            yield from parts

    for table in (customers_table(session_tokens=session_tokens), orders_table(session_tokens=session_tokens)):
        yield dlt.transformer(
            _rows_for(table.name),
            data_from=shop,
            name=table.name,
            write_disposition="merge",
            primary_key=table.key,
            columns=_columns({column.name: column.kind for column in table.columns}),
        )
    yield dlt.transformer(
        _rows_for(_PROOFS), data_from=shop, name=_PROOFS, write_disposition="append", columns=_columns(_PROOF)
    )


@attrs.frozen
class _Part:
    """Hold rows on their way to the table of a resource."""

    resource: str
    rows: list[_Row] = attrs.field(repr=False)


def _rows_for(resource: str) -> Callable[[_Part], list[_Row] | None]:
    def rows_for(part: _Part) -> list[_Row] | None:
        return part.rows if part.resource == resource else None

    return rows_for


def _columns(kinds: dict[str, Kind]) -> dict[str, TColumnSchema]:
    return {name: _TYPES[kind].copy() for name, kind in kinds.items()}  # dlt writes into what it is given


def _is_replaced(resource: DltResource) -> bool:
    """Tell whether a run replaces the table, so that it needs all rows."""
    disposition = resource.write_disposition
    return "replace" in (disposition.values() if isinstance(disposition, dict) else [disposition])


def _find(state: _Row, snipcart: SnipcartClient) -> datetime | None:
    """Find the moment to go on from, unless another key has come since: it may open another shop."""
    salt, key, until = state.get(_GOT_TO, ("", "", None))
    return datetime.fromisoformat(until) if until and snipcart.key_fingerprint(salt.encode()) == key else None


def _keep(state: _Row, snipcart: SnipcartClient, until: datetime | None) -> None:
    """Keep the moment to go on from, with a digest from which nobody can tell the key."""
    salt = secrets.token_hex(16)
    state[_GOT_TO] = [salt, snipcart.key_fingerprint(salt.encode()), until.isoformat() if until else None]


@attrs.define(repr=False)
class _Reading:
    """Read what a job makes of a shop, and keep in mind what of it is proven."""

    job: Job[Any]
    _since: datetime | None = None
    tally: Tally = attrs.field(init=False)
    _customers: int = 0
    _rows: int = 0
    _missing: int = 0
    _rejected: int = 0
    _problems: list[str] = attrs.field(factory=list)

    async def rows(self, snipcart: SnipcartClient, concurrency: int) -> AsyncGenerator[list[_Row], None]:
        """Give the rows, a window at a time."""
        everything = whole_range(snipcart, created_from=self._since, created_to=None, status=None, name=None)
        async with aclosing(sweep(snipcart, everything, self.job, concurrency)) as windows:
            async for window in windows:
                rows, unfit = fit_rows(self.job.table, window.rows)
                self.tally = window.tally
                self._customers += window.customers
                self._rows += len(rows)
                self._missing += window.missing
                self._rejected += len(window.rejects) + len(unfit)
                self._problems = [*self._problems, *map(_describe, window.rejects), *unfit][:_SHOWN]
                if rows:
                    yield rows

    def proof(self) -> _Row:
        """Say what was read, and what of it is proven, as a row."""
        tally = self.tally
        return {
            "resource": self.job.kind,
            "complete": not tally.unproven and not self._rejected,
            "created_from": self._since,
            "created_until": tally.created_until,
            "customers": self._customers,
            "rows": self._rows,
            "missing": self._missing,
            "rejected": self._rejected,
            "windows": tally.windows,
            "requests": tally.requests,
            "unproven": "\n".join(tally.unproven) or None,
            "problems": "\n".join(self._problems) or None,
        }

    def doubts(self) -> str:
        """Say in words what is not proven, or cannot be loaded."""
        return "; ".join([*self.tally.unproven[:_SHOWN], *self._problems])


def _describe(reject: Reject) -> str:
    """Name a record that cannot be read, or whose orders cannot, by its id, and say why."""
    owner = reject.document.get("customerId") if isinstance(reject.document, dict) else None
    return f"{reject.key or owner}: {', '.join(reject.problems[:3])}"


def _find_key(given: str | None) -> str | None:
    """Give the key, or else dlt's; a crash report shows the locals that hold it."""
    key: str | None = dlt.secrets.get(_SECRET) if given is None else given
    return Masked(key) if isinstance(key, str) else key
