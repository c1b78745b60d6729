"""Adding up windows that were read one by one, anywhere and in any order, and proving at the end that they were all."""

import hashlib
from datetime import datetime
from pathlib import Path

import attrs

from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import Customer
from .answers import Asker
from .plan import Plan
from .report import ExportReport
from .result import Reject, WindowResult
from .totals import doubt_totals
from .window import Window

_ROUND = 2**64
_COARSE = "Snipcart did not keep to these dates, so that other windows may have hidden somebody"


@attrs.frozen(kw_only=True)
class Tally:
    """Say what windows held, without holding anybody: `Tally(requests=plan.requests)`, plus one for each window.

    `dated` and `dated_rejects` count who has a creation date, `settled` those of both who were created before
    `plan.settled`. Who has none may show in several windows, and is told apart by a key: `undated` could be read,
    `undated_rejects` could be read nowhere. `created_until` is `None` until a window of the present is in it, or
    `compare_totals` has set it.
    """

    dated: int = 0
    dated_rejects: int = 0
    settled: int = 0
    undated: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    undated_rejects: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    shared: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    """Who of the dated may show in another window, too, and there without the date."""
    windows: int = 0
    marks: int = 0
    """What tells the windows apart, added up: `compare_totals` sees by it that each is there once."""
    compared: bool = False
    """Whether all windows were there, and `compare_totals` asked its question."""
    unproven: tuple[str, ...] = ()
    coarse: tuple[str, ...] = ()
    """In which windows Snipcart was seen not to keep to dates: `compare_totals` doubts the others."""
    repaired: int = 0
    requests: int = 0
    created_until: datetime | None = None

    @classmethod
    def of(cls, result: WindowResult, settled: datetime) -> "Tally":
        """Tally one window of a plan, which says until when all is `settled`."""
        dates = [customer.creation_date for customer in result.customers]
        rejects = [reject.created for reject in result.rejects if reject.created]
        return cls(
            dated=len(dates),
            dated_rejects=len(rejects),
            settled=sum(date is not None and date < settled for date in dates + rejects),
            undated=frozenset(customer.id for customer in result.undated),
            undated_rejects=frozenset(reject.key for reject in result.rejects if reject.created is None),
            shared=frozenset(
                customer.id
                for customer, date in zip(result.customers, dates, strict=True)
                if result.coarse_dates or (date is not None and result.window.shares(date))
            ),
            windows=1,
            marks=_mark(result.window),
            unproven=result.doubts,
            coarse=(result.window.label,) if result.coarse_dates else (),
            repaired=result.repaired,
            requests=result.requests,
            created_until=result.settled,
        )

    def __add__(self, other: "Tally") -> "Tally":
        moments = [tally.created_until for tally in (self, other) if tally.created_until]
        shared = self.shared | other.shared
        undated = (self.undated | other.undated) - shared
        return Tally(
            dated=self.dated + other.dated,
            dated_rejects=self.dated_rejects + other.dated_rejects,
            settled=self.settled + other.settled,
            undated=undated,
            undated_rejects=(self.undated_rejects | other.undated_rejects) - undated - shared,
            shared=shared,
            windows=self.windows + other.windows,
            marks=(self.marks + other.marks) % _ROUND,
            unproven=self.unproven + other.unproven,
            coarse=self.coarse + other.coarse,
            repaired=self.repaired + other.repaired,
            requests=self.requests + other.requests,
            created_until=min(moments, default=None),
        )

    def unseen(self, result: WindowResult) -> tuple[list[Customer], list[Reject]]:
        """Give what of a window is new to the tally: who has no row yet, and rejects, who may be readable elsewhere."""
        rows = self.undated | self.shared
        known = rows | self.undated_rejects
        customers = [customer for customer in result.customers if customer.id not in self.undated]
        customers += [customer for customer in result.undated if customer.id not in rows]
        return customers, [reject for reject in result.rejects if reject.created or reject.key not in known]

    @property
    def customers(self) -> int:
        """How many customers could be read, each counted once."""
        return self.dated + len(self.undated)

    @property
    def rejected(self) -> int:
        """How many records could not be read, each counted once; who could be read elsewhere is none."""
        return self.dated_rejects + len(self.undated_rejects)

    @property
    def complete(self) -> bool:
        """Whether every customer was read: totals compared, nothing unproven, nothing rejected."""
        return self.compared and not self.unproven and not self.rejected

    def report(
        self,
        plan: Plan,
        path: Path,
        *,
        seconds: float,
        resumed: bool = False,
        orders: int | None = None,
        rejected_orders: int = 0,
        missing: int = 0,
    ) -> ExportReport:
        """Say what came of an export by this plan; all customers are in it, but those whose orders are `missing`."""
        return ExportReport(
            customers=self.customers - missing,
            rejected=self.rejected + rejected_orders,
            orders=orders,
            missing=missing,
            resumed=resumed,
            repaired=self.repaired,
            windows=self.windows,
            unproven=self.unproven,
            created_until=self.created_until,
            requests=self.requests,
            seconds=seconds,
            path=path,
            begun=plan.settled,
            filtered=plan.everything.filtered or plan.everything.bounded,
        )


async def compare_totals(snipcart: SnipcartClient, plan: Plan, tally: Tally) -> Tally:
    """Prove, once all windows of a plan were read, that they held all whom Snipcart counts without dates.

    Gives the tally with what came of that: some doubts more, or none.

    Raises:
        ConfigurationError: The tally has not each window of the plan once; nothing was sent.
        SnipcartError: Snipcart could not be asked.
    """
    marks = sum(map(_mark, plan.windows)) % _ROUND
    if (tally.windows, tally.marks) != (len(plan.windows), marks):
        raise ConfigurationError(
            f"tally must have each window of the plan once: {len(plan.windows)} windows, and here are {tally.windows}"
        )
    asker = Asker.of(snipcart)
    doubts = [f"{label}: {_COARSE}" for label in tally.coarse] if tally.windows > 1 else []
    read = tally.settled + len(tally.undated | tally.undated_rejects)
    if plan.total is not None and _may_hide(plan, read):
        doubts += filter(None, [await doubt_totals(asker, plan.everything, plan.settled, read, plan.total)])
    return attrs.evolve(
        tally,
        compared=True,
        unproven=(*tally.unproven, *doubts),
        requests=tally.requests + asker.requests,
        created_until=tally.created_until or plan.everything.end,
    )


def _may_hide(plan: Plan, read: int) -> bool:
    """Tell whether windows may have left somebody out; a single one, or a range, has looked after itself."""
    if len(plan.windows) == 1 or plan.everything.bounded:
        return False
    return plan.everything.filtered or read < (plan.total or 0)


def _mark(window: Window) -> int:
    """Give a number that no other window of a plan has."""
    bounds = f"{window.since} {window.until} {window.dated}"
    return int.from_bytes(hashlib.sha256(bounds.encode()).digest()[:8])
