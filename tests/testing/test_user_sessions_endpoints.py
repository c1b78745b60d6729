"""Sessions in the shape of their page."""

from datetime import timedelta

from snipcart_async.testing import FakeSnipcart

from .conftest import Call


async def test_a_session_as_documented(call: Call) -> None:
    """The customer of a session lacks what its page does not show."""
    async with FakeSnipcart(1) as fake:
        token = fake.sign_in(fake.shop.customer_ids()[0])
        session = (await call(fake, "GET", f"/usersessions/{token}")).document

    assert session.keys() == {"token", "expires", "customer"}
    assert session["token"] == token
    assert session["customer"].keys().isdisjoint({"mode", "sessionToken", "billingAddressFirstName"})
    assert session["customer"]["statistics"].keys() == {"ordersCount", "ordersAmount"}
    assert "billingAddressName" in session["customer"]


async def test_a_session_in_another_shape(call: Call) -> None:
    """A forced shape holds for sessions too, with every key a customer has."""
    async with FakeSnipcart(1, shape="nested") as fake:
        customer_id = fake.shop.customer_ids()[0]
        token = fake.sign_in(customer_id)
        session = (await call(fake, "GET", f"/usersessions/{token}")).document
        customer = (await call(fake, "GET", f"/customers/{customer_id}")).document

    assert session["customer"] == customer


async def test_a_session_that_is_over(call: Call) -> None:
    """A session that has expired or was signed out is not found."""
    async with FakeSnipcart(1) as fake:
        customer_id = fake.shop.customer_ids()[0]
        tokens = [fake.sign_in(customer_id, expires_in=timedelta(0)), fake.sign_in(customer_id)]
        fake.sign_out(tokens[1])
        replies = [await call(fake, "GET", f"/usersessions/{token}") for token in tokens]

    assert [reply.status for reply in replies] == [404, 404]
