"""Countries: what may be one, and whose names are shown."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.report import Row, count
from snipcart_async.report.countries import read_country, tell_apart

from .pages import Page, page_of

DECOMPOSED = "\N{LATIN SMALL LETTER E}\N{COMBINING ACUTE ACCENT}"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        (" ca ", "CA"),
        ("usa", "USA"),
        ("Ivory   Coast", "Ivory Coast"),
        ("Korea (Republic of)", "Korea (Republic of)"),
        ("Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire"),
        (f"Cor{DECOMPOSED}e", "Corée"),
        ("भारत", "भारत"),
        ("ada@example.com", ""),
        ("+44 20 7946 0958", ""),
        ("020-79460958", ""),
        ("\N{RIGHT-TO-LEFT OVERRIDE}ED", ""),
        ("مصر\N{RIGHT-TO-LEFT MARK}", ""),
        ("<b>CA</b>", ""),
        ("-", ""),
        ("x" * 61, ""),
        ("x" * 60, "x" * 60),
        ("", ""),
    ],
)
def test_what_may_be_a_country(text: str, country: str) -> None:
    """Letters of any script and the signs of names are; e-mails, numbers, markup and marks of direction are not."""
    assert read_country(text) == country


@given(st.text(max_size=80))
def test_reading_twice_changes_nothing(text: str) -> None:
    """What was read as a country is one, and no more than a line of letters."""
    country = read_country(text)

    assert read_country(country) == country
    assert len(country) <= 60
    assert not any(character.isdigit() for character in country if character.isascii())


def test_case_tells_no_countries_apart() -> None:
    """The commonest spelling is shown, and everybody is counted."""
    spellings = Counter({"Canada": 3, "CANADA": 2, "canada": 3, "DE": 1})
    canada, germany = tell_apart(spellings, dict.fromkeys(spellings, Decimal("0.1")))

    assert (canada.name, canada.customers, canada.amount) == ("Canada", 8, Decimal("0.3"))
    assert (germany.name, germany.customers) == ("DE", 1)


def test_only_what_many_wrote_is_shown() -> None:
    """A name of fewer than five customers is counted among others, unless it is a code of two letters."""
    few = [Row(country=name) for name in ("Ada Lovelace", "FR", "王伟")]
    figures = count([*few, *[Row(country="Canada")] * 5, *[Row(country="Wales")] * 4])

    assert [country.name for country in figures.countries] == ["Canada", "FR"]
    assert (figures.other_countries, figures.elsewhere.customers) == (3, 6)


def test_what_a_few_spent_is_not_shown() -> None:
    """Beside a country of four there is a dash, and the name that one customer wrote is nowhere on the page."""
    rows = [Row(country="FR", orders=1, amount=Decimal("777.77"))] * 4
    page = page_of([*rows, *[Row(country="CA", orders=1, amount=Decimal(5))] * 5, Row(country="Ada Lovelace")])

    assert "FR 4 40% \N{EN DASH} " in Page(page).words
    assert "CA 5 50% 25 " in Page(page).words
    assert "1 other 1 10% \N{EN DASH}" in Page(page).words
    assert "Ada" not in page


def test_no_country_is_common_enough() -> None:
    """Where none may be shown, the page says so."""
    words = Page(page_of([Row(country="Ada Lovelace")])).words

    assert "No country has 5 customers or more." in words
