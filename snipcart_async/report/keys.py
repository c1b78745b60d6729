"""The figures that one wants to know first."""

import attrs

from .figures import Figures
from .spelling import counted, money, percent


@attrs.frozen(kw_only=True)
class Key:
    """Show one figure large, with what it is above and what belongs to it below."""

    title: str
    value: str
    more: str


def key_figures(figures: Figures) -> tuple[Key, ...]:
    """Give the figures that one wants to know first."""
    spending = figures.spending
    ordered = f"{figures.buyers:,} of {figures.customers:,} customers"
    keys = [
        Key(title="Customers", value=f"{figures.customers:,}", more=_kinds(figures)),
        Key(title="Ordered at least once", value=percent(figures.buyers, figures.customers), more=ordered),
    ]
    if not figures.buyers or spending.median is None or spending.mean is None:
        return tuple(keys)
    each = money(spending.amount / figures.orders)
    keys += [
        Key(
            title="Repeat rate",
            value=percent(figures.returning, figures.buyers),
            more=f"{figures.returning:,} of those who ordered did so again",
        ),
        Key(
            title="Spent in all",
            value=money(spending.amount),
            more=f"in {counted(figures.orders, 'order')}, {each} each on average",
        ),
        Key(
            title="Spent by a typical customer",
            value=money(spending.median),
            more=f"median; mean {money(spending.mean)}",
        ),
    ]
    keys += [
        Key(
            title=f"From the top {top.percent}%",
            value=percent(top.amount, spending.positive),
            more=f"of what was spent, by {counted(top.customers, 'customer')}",
        )
        for top in spending.tops[-1:]
    ]
    return tuple(keys)


def _kinds(figures: Figures) -> str:
    kinds = [f"{figures.confirmed:,} confirmed", counted(figures.guests, "guest")]
    return " · ".join([*kinds, f"{figures.others:,} other"] if figures.others else kinds)
