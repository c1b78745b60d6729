"""What the page tells of who the customers are: when they came, from where, and whether they have an account."""

from collections.abc import Iterator, Sequence

import attrs

from .charts import draw_columns, width
from .countries import FEW, Country
from .figures import Figures
from .section import Section, bars_of, table_of
from .spelling import axis_labels, counted, money, percent, period


def tell_arrivals(figures: Figures) -> Section:
    """Tell when customers came."""
    history = figures.history
    names = [period(one, history.grain) for one in history.periods]
    others = ("Other status",) if figures.others else ()
    series = ("Confirmed", "Guests", *others)
    stacks = [(one.confirmed, one.guests, one.others)[: len(series)] for one in history.periods]
    titles = [
        f"{name}: {counted(one.customers, 'new customer')}{', not over yet' * one.open}"
        for name, one in zip(names, history.periods, strict=True)
    ]
    return Section(
        name="arrivals",
        title="New customers over time",
        summary=_growth(figures, names),
        notes=tuple(_arrival_notes(figures)),
        head=(history.grain.capitalize(), *series, "All"),
        rows=tuple(
            (name + " (not over yet)" * one.open, *(f"{count:,}" for count in stack), f"{one.customers:,}")
            for name, stack, one in zip(names, stacks, history.periods, strict=True)
        ),
        columns=draw_columns(
            stacks,
            titles=titles,
            labels=axis_labels(history.periods, history.grain),
            open_ones=[one.open for one in history.periods],
            series=series,
        )
        if history.periods
        else None,
    )


def _growth(figures: Figures, names: Sequence[str]) -> str:
    history = figures.history
    if history.last_year is not None and history.year_before:
        change = history.last_year - history.year_before
        compared = f"{percent(abs(change), history.year_before)} {'more' if change > 0 else 'fewer'} than"
        came = counted(history.last_year, "customer")
        return (
            f"{came} came in the last twelve full months, {compared if change else 'as many as'} in the twelve before."
        )
    if not history.periods:
        return "The file has no dates of creation that can be."
    best = max(history.periods, key=lambda one: one.customers)
    if [one.customers for one in history.periods].count(best.customers) > 1 or len(names) == 1:
        return f"All have come since {names[0]}."
    return f"Most came in {period(best, history.grain)}: {counted(best.customers, 'customer')}."


def _arrival_notes(figures: Figures) -> Iterator[str]:
    history = figures.history
    if history.periods and figures.until:
        day = figures.until.date()
        yield f"The file ends on {day}, so the last {history.grain} may not be over: it is drawn paler."
    if history.earlier:
        yield f"{counted(history.earlier, 'customer')} came earlier than shown."
    if history.undated:
        yield f"{counted(history.undated, 'customer')} cannot be shown: no date of creation, or one that cannot be."


def tell_countries(figures: Figures) -> Section:
    """Tell where customers are from."""
    shown = [(one.name, one, False) for one in figures.countries]
    if figures.other_countries:
        others = f"{figures.other_countries:,} {'other' if figures.other_countries == 1 else 'others'}"
        shown.append((others, figures.elsewhere, True))
    if figures.unknown.customers:
        shown.append(("Unknown", figures.unknown, True))
    counts = [(name, one.customers) for name, one, _ in shown]
    return Section(
        name="countries",
        title="Where they are from",
        summary=_most_from(figures),
        head=("Country", "Customers", "Share", "Spent"),
        rows=tuple(
            (*row, _spent(one)) for row, (_, one, _) in zip(table_of(counts, figures.customers), shown, strict=True)
        ),
        bars=tuple(
            attrs.evolve(bar, quiet=quiet)
            for bar, (_, _, quiet) in zip(bars_of(counts, figures.customers), shown, strict=True)
        ),
    )


def _spent(country: Country) -> str:
    """Give what several customers spent, and nothing of what a few did."""
    return money(country.amount) if country.customers >= FEW else "\N{EN DASH}"


def _most_from(figures: Figures) -> str:
    if not figures.countries:
        few = f"No country has {FEW} customers or more."
        return few if figures.other_countries else "No customer has a country in the billing address."
    first = [f"{one.name} ({percent(one.customers, figures.customers)})" for one in figures.countries[:3]]
    named = " and ".join(filter(None, [", ".join(first[:-1]), first[-1]]))
    are_more = len(figures.countries) > len(first) or figures.other_countries
    return f"{'Most' if are_more else 'They'} are from {named}, by the billing address."


def tell_status(figures: Figures) -> Section:
    """Tell how many have an account."""
    counts = [("Confirmed", figures.confirmed), ("Guests", figures.guests)]
    counts += [("Other status", figures.others)] if figures.others else []
    return Section(
        name="status",
        title="Accounts and guests",
        summary=f"{percent(figures.confirmed, figures.customers)} have an account (Snipcart calls them confirmed), "
        f"{percent(figures.guests, figures.customers)} checked out as guests.",
        head=("Status", "Customers", "Share"),
        rows=table_of(counts, figures.customers),
        bars=tuple(
            attrs.evolve(bar, series=series, width=width(number, figures.customers))
            for series, (bar, (_, number)) in enumerate(zip(bars_of(counts, figures.customers), counts, strict=True))
        ),
    )
