"""The page: well-formed, alone, escaped, in plain words, and readable for everybody."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources

import attrs
import pytest

from snipcart_async.export import Proof, Standing
from snipcart_async.models import CustomerStatus, Mode
from snipcart_async.report import Row

from .pages import Page, page_of

NASTY = "<script>alert(1)</script>"
CREATED = datetime(2026, 3, 2, tzinfo=UTC)
ROWS = [
    Row(
        datetime(2014 + place % 12, 5, 1, tzinfo=UTC),
        [CustomerStatus.CONFIRMED, CustomerStatus.UNCONFIRMED][place % 2],
        f"C{place % 14}",
        place % 13,
        Decimal(place) / 4,
    )
    for place in range(200)
]
PROOF = Proof(
    sha256="0" * 64,
    customers=3,
    rejected=0,
    unproven=(),
    filtered=False,
    created_until=datetime(2026, 11, 1, tzinfo=UTC),
)
SHOPS = {
    "many": ROWS,
    "nobody": [],
    "one": [Row(CREATED, CustomerStatus.CONFIRMED, "CA", 1, Decimal("9.99"))],
    "one without anything": [Row()],
    "nobody ordered": [Row(CREATED, country="CA")] * 3,
    "nothing was paid": [Row(CREATED, orders=2)] * 30,
    "all was paid back": [Row(CREATED, orders=1, amount=Decimal(-3))] * 30,
    "some was paid back": [*ROWS, Row(orders=1, amount=Decimal(-3))],
    "odd": [Row(CREATED, CustomerStatus(NASTY), NASTY, 3, Decimal(5), Mode.TEST), *ROWS],
    "ancient": [Row(datetime(2000, 1, 1, tzinfo=UTC)), Row(datetime(9999, 12, 31, tzinfo=UTC))],
}

every_shop = pytest.mark.parametrize("rows", SHOPS.values(), ids=SHOPS)


@every_shop
def test_the_page_is_well_formed_and_needs_nothing_else(rows: list[Row]) -> None:
    """Every tag is closed, nothing is loaded, no script runs, and the policy would allow none."""
    html = page_of(rows, name=NASTY)
    page = Page(html)

    assert not re.search(r"https?:|@import|url\(|src=|javascript:|<script|<link|\bon\w+=", html)
    assert ("html", {"lang": "en"}) in page.tags
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.tags
    assert {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"} in [
        attributes for tag, attributes in page.tags if tag == "meta"
    ]
    assert NASTY in page.text
    assert len({attributes["id"] for _, attributes in page.tags if "id" in attributes}) == html.count(' id="')


@every_shop
def test_each_chart_has_a_title_a_sentence_and_its_numbers(rows: list[Row]) -> None:
    """Whoever cannot see the drawings reads the same in words and in a table."""
    html = page_of(rows)
    charts = html.count('class="plot"') + html.count('class="bars"') + html.count('class="square"')

    assert html.count("<details>") == html.count("<table>") == charts
    assert html.count("<h2") == len(re.findall(r"</h2>\s*<p>[^<]{15,}", html))
    for row in re.findall(r"<tr>(.*?)</tr>", html):
        assert row.count("<th") + row.count("<td") >= 3


def test_what_a_shop_owner_reads() -> None:
    """The key figures and the sentences of a shop with all there is."""
    words = Page(
        page_of([*ROWS, Row(CREATED, orders=1, amount=Decimal(-3))], standing=Standing.COMPLETE, proof=PROOF)
    ).words

    assert "Customers 201 100 confirmed · 100 guests · 1 other" in words
    assert "Ordered at least once over 99% 200 of 201 customers" in words
    assert "From the top 10% 19% of what was spent, by 20 customers" in words
    assert "Most are from C3 (7.5%), C2 (7.5%) and C1 (7.5%), by the billing address." in words
    assert "4 others" in words
    assert "the top 1% (2 customers) account for 2.0% and the top 10% (20 customers) account for 19%." in words
    assert "“Nothing” holds 1 customer with an amount below zero, as after a refund." in words
    assert "so the last quarter may not be over: it is drawn paler." in words
    assert "Snipcart gives no currency" in words
    assert not re.search(r"[$€£¥]", words)


def test_the_way_of_two_years() -> None:
    """Growth is told between full years: more, fewer, or as many."""
    before = [Row(datetime(2024, 6, 1, tzinfo=UTC))] * 4
    start, end = Row(datetime(2023, 12, 1, tzinfo=UTC)), Row(datetime(2026, 1, 5, tzinfo=UTC))
    said = {
        count: Page(page_of([start, *before, *[Row(datetime(2025, 6, 1, tzinfo=UTC))] * count, end])).words
        for count in (3, 4, 6)
    }

    assert "3 customers came in the last twelve full months, 25% fewer than in the twelve before." in said[3]
    assert "4 customers came in the last twelve full months, as many as in the twelve before." in said[4]
    assert "6 customers came in the last twelve full months, 50% more than in the twelve before." in said[6]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (SHOPS["nobody"], "Nobody is here yet"),
        (SHOPS["one"], "With 1 customer who ordered, shares of the top 10% would say little."),
        (SHOPS["one"], "All have come since Mar 2026."),
        (SHOPS["one without anything"], "The file has no dates of creation that can be."),
        (SHOPS["one without anything"], "1 customer cannot be shown: no date of creation, or one that cannot be."),
        (SHOPS["one without anything"], "No customer has a country in the billing address."),
        (SHOPS["nobody ordered"], "Nobody has ordered yet."),
        (SHOPS["nobody ordered"], "They are from CA (100%), by the billing address."),
        (SHOPS["nothing was paid"], "Spent in all 0 in 60 orders, 0 each on average"),
        (SHOPS["ancient"], "1 customer came earlier than shown."),
        (SHOPS["odd"], "Test mode"),
        ([*SHOPS["all was paid back"], Row(amount=Decimal(5))], "Amounts below zero outweigh those above it"),
        ([*SHOPS["one"] * 50, Row(orders=1, amount=Decimal(10**6))], "10 and more"),
        ([*ROWS[:2], *[Row(CREATED)] * 3], "Most came in Q1 2026: 3 customers."),
    ],
)
def test_small_and_odd_shops(rows: list[Row], sentence: str) -> None:
    """Where a figure would say little, a sentence says so."""
    assert sentence in Page(page_of(rows)).words


@pytest.mark.parametrize(
    ("standing", "proof", "badge", "sentence"),
    [
        (Standing.COMPLETE, PROOF, "✓ Proven complete", "No. Nobody created before 2026-11-01 00:00:00 UTC is missing"),
        (
            Standing.COMPLETE,
            attrs.evolve(PROOF, filtered=True, created_until=None),
            "✓ Proven complete",
            "is the very file it wrote. The export was asked for some customers only, so the figures are of those.",
        ),
        (
            Standing.UNPROVEN,
            attrs.evolve(PROOF, unproven=tuple(f"{NASTY} {number}" for number in range(12)), rejected=2),
            "! Not proven complete",
            f"{NASTY} 9 and 2 more Export again, when the shop is quiet, to be sure. Left out, as they could not be",
        ),
        (Standing.UNPROVEN, attrs.evolve(PROOF, rejected=1), "! Not proven complete", "Left out, as they could not"),
        (Standing.CHANGED, None, "! Not the file that was proven", "this file was changed, or replaced"),
        (Standing.UNKNOWN, None, "? No proof known", "no proof lies beside the file"),
    ],
)
def test_the_proof(standing: Standing, proof: Proof | None, badge: str, sentence: str) -> None:
    """The page says what is proven of this very file, and no more."""
    words = Page(page_of(ROWS, standing=standing, proof=proof)).words

    assert badge in words
    assert sentence in words


def test_no_share_of_a_sum_below_zero() -> None:
    """Where more was paid back than spent, nobody is said to account for all of it."""
    page = page_of([*SHOPS["all was paid back"], Row(CREATED, orders=1, amount=Decimal(5))])

    assert "From the top" not in page
    assert "account for" not in page


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((text, back, 4.5) for text in ("ink", "soft") for back in ("paper", "card")),
        ("good", "good-paper", 4.5),
        ("warn", "warn-paper", 4.5),
        *((colour, "card", 3.0) for colour in ("first", "second", "third")),
    ],
)
def test_the_colours_can_be_told_apart(scheme: int, front: str, back: str, least: float) -> None:
    """Text has a contrast of 4.5 at least, and what is drawn of 3, by the formula of the WCAG."""
    css = resources.files("snipcart_async.report").joinpath("pages/page.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme]))
    darker, lighter = sorted(_luminance(colours[name]) for name in (front, back))

    assert (lighter + 0.05) / (darker + 0.05) >= least
