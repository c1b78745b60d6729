"""What the page tells of what customers buy: how often, for how much, and how much depends on a few."""

from collections.abc import Iterator
from decimal import Decimal

from .charts import draw_curve
from .figures import Figures
from .section import Section, bars_of, table_of
from .spelling import counted, money, percent


def tell_loyalty(figures: Figures) -> Section:
    """Tell how often customers order."""
    counts = [(_orders(one.least, one.most), one.customers) for one in figures.loyalty]
    again = percent(figures.returning, figures.buyers)
    return Section(
        name="loyalty",
        title="How often they order",
        summary=f"{again} of those who ordered came back at least once."
        if figures.buyers
        else "Nobody has ordered yet.",
        head=("Orders", "Customers", "Share"),
        rows=table_of(counts, figures.customers),
        bars=bars_of(counts, figures.customers, quiet="None"),
    )


def _orders(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more"
    return f"{least} to {most}" if least < most else str(least) if least else "None"


def tell_spending(figures: Figures) -> Iterator[Section]:
    """Tell how spending is spread and concentrated, where anybody has spent anything."""
    spending = figures.spending
    if not spending.positive or spending.median is None or spending.mean is None:
        return
    counts = [(_between(band.least, band.below), band.customers) for band in spending.bands]
    free = spending.nothing + spending.negatives
    counts = [("Nothing", free), *counts] if free else counts
    below = f"“Nothing” holds {counted(spending.negatives, 'customer')} with an amount below zero, as after a refund."
    yield Section(
        name="spending",
        title="What a customer spends",
        summary=f"Half of those who ordered have spent {money(spending.median)} or more, "
        f"all their orders together; the mean is {money(spending.mean)}.",
        notes=(below,) if spending.negatives else (),
        head=("Spent", "Customers", "Share"),
        rows=table_of(counts, figures.buyers),
        bars=bars_of(counts, figures.buyers, quiet="Nothing"),
    )
    yield _concentration(figures)


def _concentration(figures: Figures) -> Section:
    spending, title = figures.spending, "How much depends on a few"
    if spending.amount <= 0:
        back = "Amounts below zero outweigh those above it, so shares would say little."
        return Section(name="concentration", title=title, summary=back)
    if not spending.tops:
        few = f"With {counted(figures.buyers, 'customer')} who ordered, shares of the top 10% would say little."
        return Section(name="concentration", title=title, summary=few)
    shares = [percent(top.amount, spending.positive) for top in spending.tops]
    said = [
        f"the top {top.percent}% ({counted(top.customers, 'customer')}) account for {share}"
        for top, share in zip(spending.tops, shares, strict=True)
    ]
    steps = len(spending.curve) - 1
    shown = [(f"{top.percent}%", top.customers, top.amount) for top in spending.tops[:-1]]
    shown += [
        (f"{tenth}0%", figures.buyers * tenth // 10, spending.curve[steps * tenth // 10]) for tenth in range(1, 11)
    ]
    return Section(
        name="concentration",
        title=title,
        notes=("The dotted line is where the curve would run if all had spent the same.",),
        summary=f"Of all that was spent, {' and '.join(said)}.",
        head=("Top", "Customers", "Their share of all that was spent"),
        rows=tuple((name, f"{customers:,}", percent(amount, spending.positive)) for name, customers, amount in shown),
        curve=draw_curve(
            spending.curve,
            [
                (top.customers, figures.buyers, top.amount, f"Top {top.percent}%: {share}")
                for top, share in zip(spending.tops, shares, strict=True)
            ],
        ),
    )


def _between(least: Decimal, below: Decimal | None) -> str:
    if below is None:
        return f"{money(least)} and more"
    return f"{money(least)} to {money(below)}" if least else f"under {money(below)}"
