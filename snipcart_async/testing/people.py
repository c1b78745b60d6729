"""The inventor of people: everything about a customer follows from the id, so it need not be remembered."""

from dataclasses import dataclass, field
from hashlib import md5
from math import inf
from random import Random
from typing import Any
from zlib import crc32

Address = dict[str, str | None]

ADDRESS_KEYS = (
    "firstName",
    "name",
    "company",
    "address1",
    "address2",
    "city",
    "country",
    "province",
    "postalCode",
    "phone",
    "vatNumber",
)

STATUSES = ("Confirmed", "Unconfirmed")

_FIRST = (
    "Ada",
    "Béatrice",
    "Chidi",
    "Dmitri",
    "Emi",
    "Faïza",
    "Grace",
    "Håkon",
    "Inès",
    "José",
    "Kwame",
    "Lucía",
)
_LAST = (
    "Almeida",
    "Bouchard",
    "Côté",
    "Dvořák",
    "Eriksen",
    "Fontaine",
    "García",
    "Hopper",
    "Ito",
    "Łuczak",
    "Ødegård",
)
_NASTY = (
    'O\'Brien, "Bob"; DROP TABLE',
    '=cmd|"/c calc"!A1',
    "+1 555 0100",
    "-2+3",
    "@SUM(A1:A9)",
    "\tTabitha\tTabor",
    "Zoë\nNewline\r\nAgain",
    "Line\u2028Paragraph\u2029Next\u0085End",
    "\u05d3\u05d5\u05d3 \u202eevil\u202c",
    "\u0645\u062d\u0645\u062f \u0639\u0644\u064a",
    "👩\u200d🚀 Astronaut 🏳️\u200d🌈",
    "Zalgo\u0301\u0323\u0308 e\u0301",
    "\uff1dFULLWIDTH",
    "  blanks around  ",
    "C:\\temp\\new <b>&amp;</b>",
    "null",
    "Ünïcödé " * 60,
)
_PLACES = (
    ("4885 1ere Avenue", "Québec", "CA", "QC", "G1H2T5"),
    ("226 rue St-Joseph Est", "Québec", "CA", "QC", "G1K 3A8"),
    ("1 Infinite Loop", "Cupertino", "US", "CA", "95014"),
    ("12 Beacon Street", "Boston", "US", "MA", "02108"),
    ("Hauptstraße 5", "Köln", "DE", "", "50667"),
    ("8 place du Capitole", "Toulouse ", "FR", "Occitanie", "31000"),
    ("Østergade 9", "København", "DK", None, "1100"),
    ("1-1 Chiyoda", "東京都", "JP", "東京都", "100-0001"),
)
_COMPANIES = (None, None, "", "", "Snipcart", "Ærø & Søn A/S", 'Smith, "Jones" & Co.', "株式会社サンプル")
_PHONES = ("", "", None, "555 555 5555", "+1 418 555-0199", "0044 20 7946 0000")
_ORDERS_PLACED = (0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 7, 12)


@dataclass(slots=True)
class CustomerRecord:
    """A customer as the shop keeps it; the addresses are kept only once somebody has edited them.

    `spoiled` has what to override in the documents of the customer and the orders, by id and token.
    """

    id: str
    created: int
    email: str
    status: str
    billing_name: str | None
    orders_count: int
    orders_cents: int
    billing: Address | None = None
    shipping: Address | None = None
    session_token: str | None = None
    spoiled: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def date(self) -> float:
        """The creation date that lists go by: the last of all for a customer spoiled to have none."""
        undated = self.spoiled and self.spoiled.get(self.id, {}).get("creationDate", "") in (None, ...)
        return inf if undated else self.created

    def addresses(self) -> tuple[Address, Address]:
        """Return the billing and the shipping address."""
        billing, shipping = invent_addresses(self.id)
        return self.billing or billing, self.shipping or shipping


def invent_customer(customer_id: str, created: int) -> CustomerRecord:
    """Invent who has this id, with the orders placed so far."""
    luck = Random(customer_id)
    _, name = _invent_name(luck)
    orders_count = luck.choice(_ORDERS_PLACED)
    return CustomerRecord(
        id=customer_id,
        created=created,
        email=_invent_email(luck, customer_id),
        status=luck.choice(STATUSES),
        billing_name=name,
        orders_count=orders_count,
        orders_cents=sum(order_cents(customer_id, number) for number in range(orders_count)),
    )


def invent_addresses(customer_id: str) -> tuple[Address, Address]:
    """Invent the billing and the shipping address; they are equal for most."""
    luck = Random(customer_id)
    billing = _invent_address(luck, _invent_name(luck))
    if luck.random() < 0.8:
        return billing, dict(billing)
    return billing, _invent_address(luck, _invent_name(luck))


def order_cents(customer_id: str, number: int) -> int:
    """Tell what the customer's order of this number costs in all."""
    return 2_000 + crc32(f"{customer_id}/{number}".encode()) % 100_000


def order_token(customer_id: str, number: int) -> str:
    """Tell the token of the customer's order of this number; the first one is number 0."""
    return guid(f"{customer_id}/{number}")


def guid(text: str) -> str:
    """Make a GUID that follows from a text; `uuid5` would do the same, five times slower."""
    digits = md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _invent_name(luck: Random) -> tuple[str | None, str | None]:
    """Return a first name, where the shop splits names, and the name."""
    kind = luck.random()
    if kind < 0.02:
        return None, luck.choice((None, ""))
    if kind < 0.12:
        return None, luck.choice(_NASTY)
    first, last = luck.choice(_FIRST), luck.choice(_LAST)
    return (first, last) if kind < 0.35 else (None, f"{first} {last}")


def _invent_email(luck: Random, customer_id: str) -> str:
    mailbox = customer_id[:13].replace("-", "")
    return luck.choice(("{}@example.com", "{}@example.org", "shop+{}@example.com", "J.O'Neil_{}@Example.COM")).format(
        mailbox
    )


def _invent_address(luck: Random, who: tuple[str | None, str | None]) -> Address:
    first_name, name = who
    if not name:
        return dict.fromkeys(ADDRESS_KEYS, name)
    address1, city, country, province, postal_code = luck.choice(_PLACES)
    return {
        "firstName": first_name,
        "name": name,
        "company": luck.choice(_COMPANIES),
        "address1": address1,
        "address2": luck.choice((None, "", "Apt. 4")),
        "city": city,
        "country": country,
        "province": province,
        "postalCode": postal_code,
        "phone": luck.choice(_PHONES),
        "vatNumber": luck.choice((None, None, None, "DE123456789")),
    }
