"""The catalogue keeps the lists asked for lately, and keeps them true."""

from collections import Counter
from random import Random

import pytest

from snipcart_async.testing import Behaviour, LiveChanges, Shop
from snipcart_async.testing.catalogue import ATTRIBUTES, OrderBy, Wanted


def listed(shop: Shop, wanted: Wanted) -> list[str]:
    """Return the ids on a page."""
    return [document["id"] for document in shop.page(wanted)[1]]


@pytest.mark.parametrize("order_by", list(ATTRIBUTES))
def test_a_list_that_is_kept_is_as_one_made_anew(order_by: OrderBy) -> None:
    """Whatever comes, goes, orders, is updated or spoiled, a filtered list is right, and so is every page of it."""
    changes = LiveChanges(inserts=1.5, deletes=0.8, orders=2)
    shop, luck = Shop(60, behaviour=Behaviour(changes=changes)), Random(1)
    middle = sorted(shop._customers, key=lambda record: record.created)[30].created
    lists = [
        Wanted(order_by=order_by, limit=1000, status="confirmed"),
        Wanted(order_by=order_by, limit=1000, name="a"),
        Wanted(order_by=order_by, limit=1000, low=middle),
        Wanted(order_by=order_by, limit=1000, high=middle, status="unconfirmed"),
        Wanted(order_by=order_by, limit=1000, email="ada@example.com"),
    ]
    for _ in range(40):
        shop.live_on()
        for change in (
            {"email": "ada@example.com"},
            {"email": "grace@example.com"},
            {"billing_address": {"name": luck.choice("AB")}},
        ):
            shop.update(luck.choice(shop.customer_ids()), **change)
        shop.spoil(luck.choice(shop.customer_ids()), creationDate=None)
        for wanted in lists:
            records = sorted(
                filter(wanted.holds, shop._customers),
                key=lambda record: (getattr(record, ATTRIBUTES[order_by]), record.id),
            )
            assert listed(shop, wanted) == [record.id for record in records]

    total, page = shop.page(Wanted(order_by=order_by, offset=3, limit=4, name="a"))
    assert [document["id"] for document in page] == listed(shop, lists[1])[3:7]
    assert total == len(listed(shop, lists[1]))


def test_a_failed_update_loses_nobody() -> None:
    """A customer whose update is refused is still in every list."""
    shop = Shop(3)
    before = listed(shop, Wanted())
    with pytest.raises(ValueError, match="a key of an address"):
        shop.update(before[0], billing_address={"zip": "1"})

    assert listed(shop, Wanted()) == before


def test_many_lists_are_all_right_and_few_are_kept() -> None:
    """However many lists are asked for, each is right, and only those of late take memory."""
    shop = Shop(40)
    emails = {shop.document(customer_id)["email"]: customer_id for customer_id in shop.customer_ids()}

    for _ in range(2):
        assert {email: listed(shop, Wanted(email=email)) for email in emails} == {e: [i] for e, i in emails.items()}
    assert len(shop._customers._orderings) < len(emails)


def test_unstable_ties_give_everyone_the_same_chance() -> None:
    """Within a page nobody comes twice, and over many requests everyone with the same key comes about as often."""
    shop = Shop(0, behaviour=Behaviour(stable_ties=False))
    for _ in range(8):
        shop.add_customer()
    pages = [listed(shop, Wanted(offset=3, limit=2)) for _ in range(2000)]

    assert all(len(set(page)) == 2 for page in pages)
    seen = Counter(customer_id for page in pages for customer_id in page)
    assert len(seen) == 8
    assert all(400 < count < 600 for count in seen.values())


def test_unstable_ties_stay_within_the_dates() -> None:
    """Ties are mixed within what was asked for, and never bring in who is outside of it."""
    shop = Shop(50, burst=20, behaviour=Behaviour(stable_ties=False))
    burst = Counter(record.created for record in shop._customers).most_common(1)[0][0]
    together = {record.id for record in shop._customers if record.created == burst}

    wanted = Wanted(order_by="Date", low=burst, high=burst + 1)
    pages = [listed(shop, wanted) for _ in range(5)]
    assert [set(page) for page in pages] == [together] * 5
    assert len(set(map(tuple, pages))) > 1
