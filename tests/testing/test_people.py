"""People are odd enough to find mistakes, and the same each time."""

from snipcart_async.testing import people

IDS = [people.guid(str(number)) for number in range(2000)]


def test_a_person_follows_from_the_id() -> None:
    """The same id is the same person with the same addresses."""
    again = [people.invent_customer(customer_id, 0) for customer_id in IDS]

    assert [people.invent_customer(customer_id, 0) for customer_id in IDS] == again
    assert [record.addresses() for record in again] == [people.invent_addresses(i) for i in IDS]


def test_the_name_is_the_one_of_the_billing_address() -> None:
    """The name a list is filtered by is the billing name."""
    assert all(
        people.invent_customer(customer_id, 0).billing_name == people.invent_addresses(customer_id)[0]["name"]
        for customer_id in IDS
    )


def test_values_are_missing_in_both_ways() -> None:
    """A missing value is null for some, an empty text for others, in every text that may be missing."""
    addresses = [people.invent_addresses(customer_id)[0] for customer_id in IDS]

    for key in ("name", "company", "address2", "phone", "province"):
        assert {None, ""} <= {address[key] for address in addresses}


def test_some_people_are_nasty() -> None:
    """Formulas, line breaks, right-to-left texts, emoji and long names are all there."""
    names = {people.invent_customer(customer_id, 0).billing_name or "" for customer_id in IDS}

    for nasty in ("=", "\n", "\u2028", "\u202e", "🚀", '"', ","):
        assert any(nasty in name for name in names)
    assert max(map(len, names)) > 400


def test_emails_are_unique() -> None:
    """No two customers share an e-mail."""
    assert len({people.invent_customer(customer_id, 0).email.lower() for customer_id in IDS}) == len(IDS)


def test_some_ship_elsewhere() -> None:
    """Most have one address, some have two."""
    same = sum(billing == shipping for billing, shipping in map(people.invent_addresses, IDS))

    assert 0.7 < same / len(IDS) < 0.95
