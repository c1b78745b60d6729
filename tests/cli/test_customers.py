"""`snipcart customers`: JSON off a terminal, and nothing sent that was not meant."""

import json
from contextlib import redirect_stdout
from typing import Any

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart

from .conftest import Terminal

NOBODY = "00000000-0000-4000-8000-000000000000"


def lines(text: str) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


async def document_of(customer_id: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Read a customer with the command."""
    await run(["customers", "get", customer_id])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what follows from other fields, and is no field of its own where it is empty."""
    return {key: value for key, value in document.items() if key != "gravatarUrl"}


async def test_list_off_a_terminal(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Every customer is a line of JSON in Snipcart's flat names, without a session token."""
    shop.sign_in(shop.shop.customer_ids()[0])
    shop.spoil(shop.shop.customer_ids()[1], SessionToken="canary")  # Snipcart's keys are read in any case
    code = await run(["customers", "list"])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert sorted(shop.shop.customer_ids()) == sorted(document["id"] for document in lines(out))
    assert "billingAddressPostalCode" in lines(out)[0]
    assert "sessiontoken" not in out.lower()


async def test_list_options_are_sent(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Each option becomes the parameter that Snipcart documents."""
    filters = ["--status", "confirmed", "--email", "a+b@example.com", "--name", "Ada"]
    times = ["--from", "2020-01-31", "--to", "2021-01-31T09:00:00+01:00"]
    code = await run(["customers", "list", *filters, *times, "--order-by", "orders-value", "--limit", "7"])

    assert (code, capsys.readouterr().out) == (0, "")
    assert shop.requests[0].query == {
        "status": "Confirmed",
        "email": "a+b@example.com",
        "name": "Ada",
        "from": "2020-01-31T00:00:00Z",
        "to": "2021-01-31T08:00:00Z",
        "orderBy": "OrdersValue",
        "limit": "7",
        "offset": "0",
    }


async def test_list_stops_at_max(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """`--max` bounds what is printed, and no page beyond it is asked for."""
    code = await run(["customers", "list", "--limit", "5", "--max", "5"])

    assert (code, len(lines(capsys.readouterr().out))) == (0, 5)
    assert len(shop.requests) == 1


async def test_list_on_a_terminal(shop: FakeSnipcart, terminal: Terminal) -> None:
    """People get a table that fits the width, and no customer can command the terminal."""
    somebody = shop.shop.add_customer(email="\x1b]0;owned\x07[red]@example.com")
    with terminal(redirect_stdout) as shown:
        code = await run(["customers", "list"])

    table = shown[0]
    assert code == 0
    assert "created" in table.splitlines()[0]
    assert all(customer_id in table for customer_id in shop.shop.customer_ids())
    assert somebody in table
    assert "�]0;owned�[red]@example.com" in table


async def test_get(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """One customer is one JSON document, on one line off a terminal."""
    somebody = shop.shop.customer_ids()[0]
    code = await run(["customers", "get", somebody.upper()])

    out, err = capsys.readouterr()
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert json.loads(out)["id"] == somebody


async def test_get_on_a_terminal(shop: FakeSnipcart, terminal: Terminal) -> None:
    """On a terminal the document is indented."""
    somebody = shop.shop.customer_ids()[0]
    with terminal(redirect_stdout) as shown:
        await run(["customers", "get", somebody])

    assert shown[0].startswith(f'{{\n  "id": "{somebody}",\n')
    assert json.loads(shown[0])["id"] == somebody


async def test_orders(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Each order is a line, and the customer in it shows no session token either."""
    somebody = shop.shop.customer_ids()[0]
    shop.shop.place_order(somebody)
    shop.sign_in(somebody)
    code = await run(["customers", "orders", somebody])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert {somebody} == {document["user"]["id"] for document in lines(out)}
    assert "sessionToken" not in out


async def test_update(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what is named changes, an empty value empties, and the answer is printed."""
    somebody = shop.shop.customer_ids()[0]
    before = await document_of(somebody, capsys)
    billing = ["--billing", "city=Québec", "name=A=B", "--billing", "phone="]
    code = await run(["customers", "update", somebody, "--email", "new@example.com", *billing])
    answer = json.loads(capsys.readouterr().out)
    after = await document_of(somebody, capsys)

    named = {
        "email": "new@example.com",
        "billingAddressCity": "Québec",
        "billingAddressName": "A=B",
        "billingAddressPhone": None,
    }
    assert (code, answer["email"]) == (0, "new@example.com")
    assert lasting(after) == {**lasting(before), **named}


async def test_update_of_the_shipping_address(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """The shipping address goes the same way, and the e-mail address is kept."""
    somebody = shop.shop.customer_ids()[0]
    before = await document_of(somebody, capsys)
    code = await run(["customers", "update", somebody, "--shipping", "city=Rome"])
    capsys.readouterr()
    after = await document_of(somebody, capsys)

    assert code == 0
    assert lasting(after) == {**lasting(before), "shippingAddressCity": "Rome"}


async def test_update_empties_what_no_read_shows(shop: FakeSnipcart) -> None:
    """A VAT number is sent as null where that is asked for, although it was not read."""
    somebody = shop.shop.customer_ids()[0]
    code = await run(["customers", "update", somebody, "--billing", "vat_number="])

    body = shop.requests[-1].body
    assert isinstance(body, dict)
    assert (code, body["billingAddress"]["vatNumber"]) == (0, None)
    assert "vatNumber" not in body["shippingAddress"]


async def test_update_answered_with_something_else(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """When Snipcart answers with another value, the command fails and names the field."""
    somebody = shop.shop.customer_ids()[0]
    shop.fail_next(method="PUT", status=200, body={"id": somebody, "email": "other@example.com"})
    code = await run(["customers", "update", somebody, "--email", "new@example.com"])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "Snipcart answered the update with something else in email" in err
    assert "@" not in err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "nothing was sent: name a change with --email, --billing or --shipping"),
        (["--billing"], "--billing takes KEY=VALUE"),
        (["--email", "new@example.com", "--billing", "--shipping", "city=Secretville"], "--billing takes KEY=VALUE"),
        (["--shipping", "Secretville"], "--shipping takes KEY=VALUE"),
        (["--billing", "town=Secretville"], "Snipcart takes first_name, name, company, address1"),
        (["--billing", "city=Secretville", "city=Rome"], "--billing takes each KEY once"),
        (["--billing", "city=Secretville", "--billing", "city="], "--billing takes each KEY once"),
        (["--billing", "city=\udcff"], "--billing.city must be text or None"),
        (["--email", ""], "--email must be text of 1 to 500 characters"),
    ],
)
async def test_update_that_cannot_be_sent(
    shop: FakeSnipcart, capsys: pytest.CaptureFixture[str], options: list[str], problem: str
) -> None:
    """A change that cannot be sent is a usage error that does not repeat the value, and nothing is asked."""
    code = await run(["customers", "update", shop.shop.customer_ids()[0], *options])

    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert problem in err
    assert "Secretville" not in err
    assert not shop.requests


async def test_delete_needs_yes(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--yes` nothing is sent, and the error says so."""
    code = await run(["customers", "delete", shop.shop.customer_ids()[0]])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err == "snipcart: nothing was sent: add --yes to delete the customer for good\n"
    assert not shop.requests


async def test_delete(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """The outcome is one line of JSON."""
    somebody = shop.shop.customer_ids()[0]
    code = await run(["customers", "delete", somebody, "--yes"])

    assert (code, *capsys.readouterr()) == (0, '{"deleted":true,"uncertain":false}\n', "")
    assert somebody not in shop.shop.customer_ids()


async def test_delete_of_nobody(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """Deleting nobody fails, unless that is fine with the caller."""
    failed = await run(["customers", "delete", NOBODY, "--yes"])
    error = capsys.readouterr().err
    fine = await run(["customers", "delete", NOBODY, "--yes", "--missing-ok"])

    assert (failed, error.count("\n")) == (1, 1)
    assert (fine, *capsys.readouterr()) == (0, '{"deleted":false,"uncertain":false}\n', "")
