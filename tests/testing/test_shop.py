"""The shop is the same for the same seed, and lives on as told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from snipcart_async.testing import Behaviour, LiveChanges, Shop
from snipcart_async.testing.catalogue import OrderBy, Wanted
from snipcart_async.testing.people import order_token

ORDERS: tuple[OrderBy, ...] = ("NbrOrders", "OrdersValue", "Date")


def listed(shop: Shop, wanted: Wanted) -> list[str]:
    """Return the ids on a page."""
    return [document["id"] for document in shop.page(wanted)[1]]


def test_the_same_seed_makes_the_same_shop() -> None:
    """Ids and documents follow from the seed, and from nothing else."""
    one, same, other = Shop(50, seed=7), Shop(50, seed=7), Shop(50, seed=8)

    assert [one.document(i) for i in one.customer_ids()] == [same.document(i) for i in same.customer_ids()]
    assert set(one.customer_ids()).isdisjoint(other.customer_ids())


def test_a_burst_shares_one_second() -> None:
    """A burst is created at one instant, in the middle of the range, and counts among the customers."""
    between = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 3, tzinfo=UTC))
    shop = Shop(30, burst=20, created_between=between)

    dates = [shop.document(customer_id)["creationDate"] for customer_id in shop.customer_ids()]
    assert len(dates) == 30
    assert dates.count("2020-01-02T00:00:00Z") == 20


def test_a_burst_is_never_more_than_the_shop() -> None:
    """A burst greater than the shop is all of it."""
    assert len(Shop(5, burst=20)) == 5


@pytest.mark.parametrize("order_by", ORDERS)
def test_pages_stay_sorted_while_the_shop_changes(order_by: OrderBy) -> None:
    """What was added, deleted and ordered is in its place without sorting again."""
    shop = Shop(80, behaviour=Behaviour(changes=LiveChanges(inserts=1.5, deletes=0.7, orders=3)))
    wanted = Wanted(order_by=order_by, limit=1000)
    for _ in range(40):
        shop.page(wanted)
        shop.live_on()

    total, documents = shop.page(wanted)
    keys = {
        "NbrOrders": lambda document: document["statistics"]["ordersCount"],
        "OrdersValue": lambda document: document["statistics"]["ordersAmount"] or 0,
        "Date": lambda document: datetime.fromisoformat(document["creationDate"]),
    }
    assert total == len(shop) == len(documents)
    assert documents == sorted(documents, key=keys[order_by])
    assert {document["id"] for document in documents} == set(shop.customer_ids())


def test_rates_are_averages() -> None:
    """A rate of 0.25 is one in four requests, on average."""
    shop = Shop(0, behaviour=Behaviour(changes=LiveChanges(inserts=0.25)))
    for _ in range(1000):
        shop.live_on()

    assert 200 < len(shop) < 300


def test_an_empty_shop_can_live_on() -> None:
    """Nobody is left to go or to order, and nothing breaks."""
    shop = Shop(1, behaviour=Behaviour(changes=LiveChanges(deletes=3, orders=3)))
    shop.live_on()

    assert len(shop) == 0


def test_descending_is_the_reverse() -> None:
    """The other direction shows the same pages from the other end."""
    up, down = Shop(25), Shop(25, behaviour=Behaviour(descending=True))

    ascending = listed(up, Wanted(limit=100))
    assert listed(down, Wanted(limit=100)) == ascending[::-1]
    assert listed(down, Wanted(offset=20, limit=10)) == ascending[::-1][20:]
    assert listed(down, Wanted(offset=30, limit=10)) == []


def test_unstable_ties_change_places_and_nothing_else_does() -> None:
    """Equal keys come in another order each time, across the edges of a page too; the keys stay sorted."""
    shop = Shop(60, behaviour=Behaviour(stable_ties=False))
    pages = [shop.page(Wanted(offset=10, limit=20))[1] for _ in range(5)]

    counts = [[document["statistics"]["ordersCount"] for document in page] for page in pages]
    assert all(count == sorted(count) == counts[0] for count in counts)
    assert len({frozenset(document["id"] for document in page) for page in pages}) > 1
    assert listed(shop, Wanted(offset=60)) == []


def test_an_added_customer_is_as_told() -> None:
    """What is given is taken, the rest is invented, and there are no orders yet."""
    shop = Shop(3)
    shop.order("nothing asked for yet")
    customer_id = shop.add_customer(
        customer_id="C8DE947A-2483-4E36-9052-031E2AA3F0AC",
        created=datetime(2020, 1, 1, tzinfo=UTC),
        email="ada@example.com",
        status="Confirmed",
        billing_address={"name": "Ada", "phone": None},
        shipping_address={"name": "Grace"},
    )

    document = shop.document(customer_id)
    assert customer_id == "c8de947a-2483-4e36-9052-031e2aa3f0ac"
    assert document["creationDate"] == "2020-01-01T00:00:00Z"
    assert (document["email"], document["status"]) == ("ada@example.com", "Confirmed")
    assert (document["billingAddressName"], document["shippingAddressName"]) == ("Ada", "Grace")
    assert document["statistics"]["ordersCount"] == 0
    assert listed(shop, Wanted(name="ada", email="ada@example.com")) == [customer_id]


def test_an_id_is_given_once() -> None:
    """Two customers can't share an id, and an id is a GUID."""
    shop = Shop(1)

    with pytest.raises(ValueError, match="already"):
        shop.add_customer(customer_id=shop.customer_ids()[0])
    with pytest.raises(ValueError, match="badly formed"):
        shop.add_customer(customer_id="ada")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"status": "confirmd"}, "'Confirmed', 'Unconfirmed'"),
        ({"status": ""}, "'Confirmed', 'Unconfirmed'"),
        ({"billing_address": {"postal_code": "G1H2T5"}}, "'postalCode', .* not 'postal_code'"),
        ({"shipping_address": {"fullName": "Ada"}}, "'firstName', .* not 'fullName'"),
    ],
)
def test_a_customer_there_could_not_be_is_not_added(wrong: dict[str, Any], told: str) -> None:
    """A status or a key that Snipcart does not have is refused, with those it has, and the shop is as before."""
    shop = Shop(2)

    with pytest.raises(ValueError, match=told):
        shop.add_customer(**wrong)
    assert len(shop) == 2


def test_a_wrong_key_changes_nothing() -> None:
    """An update with one wrong key leaves the customer as before."""
    shop = Shop(1)
    customer_id = shop.customer_ids()[0]
    before = shop.document(customer_id)

    with pytest.raises(ValueError, match="a key of an address must be one of"):
        shop.update(customer_id, email="new@example.com", billing_address={"zip": "1"})
    assert shop.document(customer_id) == before


@pytest.mark.parametrize("name", ["inserts", "deletes", "orders"])
def test_nothing_happens_less_than_never(name: str) -> None:
    """A negative rate of changes is refused."""
    with pytest.raises(ValueError, match=f"{name} must be at least 0, not -1"):
        LiveChanges(**{name: -1})


def test_a_guest_can_be_signed_in() -> None:
    """Nobody says that an unconfirmed customer has no session: a client has to cope with it."""
    shop = Shop()
    guest = shop.add_customer(status="Unconfirmed")

    session = shop.session(shop.sign_in(guest))
    assert session is not None
    assert session["customer"]["status"] == "Unconfirmed"


def test_an_insert_is_created_now() -> None:
    """The clock given says when a customer was created."""
    shop = Shop(clock=lambda: 1_600_000_000.25)

    assert shop.document(shop.add_customer())["creationDate"] == "2020-09-13T12:26:40.25Z"


def test_deleting_says_whether_there_was_somebody() -> None:
    """A customer is deleted once, whatever the case of the id, and takes the orders along."""
    shop = Shop(2)
    customer_id = shop.customer_ids()[0]
    token = shop.place_order(customer_id)
    assert shop.order(token) is not None

    assert [shop.delete(customer_id.upper()), shop.delete(customer_id)] == [True, False]
    assert shop.order(token) is None
    assert shop.order("unknown") is None


def test_an_order_in_progress_is_known_by_its_token() -> None:
    """The order after the last placed is in progress; placing it completes it and opens the next."""
    shop = Shop(1)
    customer_id = shop.add_customer()
    first, second = order_token(customer_id, 0), order_token(customer_id, 1)

    before = shop.order(first.upper())
    assert before is not None
    assert (before["status"], before["paymentMethod"], before["completionDate"]) == ("InProgress", 0, None)
    assert shop.orders(customer_id) == []

    assert shop.place_order(customer_id) == first
    assert [order["token"] for order in shop.orders(customer_id)] == [first]
    after = shop.order(second)
    assert after is not None
    assert after["status"] == "InProgress"


def test_a_session_shows_on_its_customer_until_it_ends() -> None:
    """The token stands on the customer while signed in; signing in again replaces it."""
    shop = Shop(1)
    customer_id = shop.customer_ids()[0]
    first, second = shop.sign_in(customer_id), shop.sign_in(customer_id)

    shop.sign_out(first)
    assert shop.document(customer_id)["sessionToken"] == second
    shop.sign_out(second)
    assert shop.document(customer_id)["sessionToken"] is None


def test_a_session_ends() -> None:
    """A session that is unknown, expired, signed out, or whose customer is gone is no session."""
    now = [1000.0]
    shop = Shop(2, clock=lambda: now[0])
    gone, stays = shop.customer_ids()
    expired = shop.sign_in(stays, expires_in=timedelta(seconds=5))
    runs, orphan = shop.sign_in(stays), shop.sign_in(gone)
    shop.delete(gone)
    now[0] += 5

    assert [shop.session(token) for token in ("unknown", expired, orphan)] == [None, None, None]
    session = shop.session(runs.upper())
    assert session is not None
    assert session["expires"] == "1970-01-01T01:16:40Z"
    shop.sign_out(orphan)
    shop.sign_out(runs)
    assert shop.session(runs) is None
