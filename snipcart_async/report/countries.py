"""Countries, which are what shoppers wrote: what may be one, and which are common enough to be shown."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from unicodedata import category, normalize

import attrs

from .spending import add_up

FEW = 5
"""From so many customers up a country is shown with its name, and with what they spent."""

_LONGEST = 60
_SIGNS = frozenset(" .,'\N{RIGHT SINGLE QUOTATION MARK}()&-")


@attrs.frozen(kw_only=True)
class Country:
    """Count the customers of a country, or of several, and what they spent; by the billing address."""

    name: str
    customers: int
    amount: Decimal

    @property
    def may_be_named(self) -> bool:
        """Whether the name says nothing of a person: a code of two letters, or what several customers wrote."""
        is_code = len(self.name) == len("CA") and self.name.isascii() and self.name.isalpha()
        return is_code or self.customers >= FEW


def read_country(text: str) -> str:
    """Read a country out of what a shopper wrote; "" where it cannot be one, as an e-mail or a number."""
    name = " ".join(normalize("NFC", text).split())
    if len(name) > _LONGEST or not all(map(_may_be_in_one, name)) or not any(map(str.isalpha, name)):
        return ""
    return name.upper() if name.isascii() and len(name) <= len("USA") else name


def tell_apart(people: Mapping[str, int], spent: Mapping[str, Decimal]) -> list[Country]:
    """Tell countries apart without regard to case, those with most customers first, in their commonest spellings."""
    together: dict[str, list[str]] = {}
    for name in people:
        together.setdefault(name.casefold(), []).append(name)
    countries = [
        Country(
            name=min(names, key=lambda name: (-people[name], name)),
            customers=sum(people[name] for name in names),
            amount=add_up(spent[name] for name in names),
        )
        for names in together.values()
    ]
    return sorted(countries, key=lambda country: (-country.customers, -country.amount, country.name))


def sum_up(countries: Iterable[Country]) -> Country:
    """Give several countries as one, without a name."""
    those = tuple(countries)
    return Country(name="", customers=sum(one.customers for one in those), amount=add_up(one.amount for one in those))


def _may_be_in_one(character: str) -> bool:
    return character.isalpha() or character in _SIGNS or category(character).startswith("M")
