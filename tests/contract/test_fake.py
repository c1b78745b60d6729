"""The fake shop keeps to the description, whatever it is asked: Schemathesis asks, in sequences too, and judges."""

import copy
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import negative_data_rejection

from snipcart_async import SnipcartClient
from snipcart_async.testing import FakeSnipcart

from .description import NO_MORE_KEYS, PATH, check_answer

EXAMPLES = hypothesis.settings().max_examples // 10  # each is several requests: fewer than of other properties
HEADERS = {"Accept": "application/json"}
CONFIG: dict[str, Any] = {
    "seed": 1,
    "headers": HEADERS,
    "generation": {"deterministic": True, "max-examples": EXAMPLES, "with-security-parameters": False},
    "phases": {"coverage": {"unexpected-methods": []}},  # to them the fake says 501, on purpose
}
DESCRIBED = schemathesis.openapi.from_path(PATH, config=schemathesis.Config.from_dict(CONFIG))


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeSnipcart]:
    """Open a shop for all requests that stand alone."""
    with FakeSnipcart(customers=30) as fake:
        yield fake


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach the loopback directly, whatever proxy the environment names: Schemathesis would heed it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@DESCRIBED.parametrize()
def test_any_request_is_answered_as_described(case: schemathesis.Case[Any], fake: FakeSnipcart) -> None:
    """What is described is taken, all else refused, never with a 5xx, and each answer is one of those described."""
    welcome(fake, case.path_parameters)
    # Whether Snipcart takes an empty filter for none is not known; the fake does.
    excluded = [negative_data_rejection] if "" in (case.query or {}).values() else []
    case.call_and_validate(fake.base_url, headers=HEADERS, auth=(fake.api_key, ""), excluded_checks=excluded)


def welcome(fake: FakeSnipcart, identifiers: dict[str, Any]) -> None:
    """Have whoever is asked for in the shop: of a stranger it could only say 404."""
    for name, text in identifiers.items():
        try:
            customer_id = str(UUID(text))
        except (AttributeError, TypeError, ValueError):  # no GUID: to be refused as it is
            continue
        if fake.shop.find(customer_id) is None:
            fake.shop.add_customer(customer_id=customer_id)
        if name == "token":
            identifiers[name] = fake.sign_in(customer_id)


@pytest.mark.hypothesis
def test_any_sequence_of_requests_is_answered_as_described() -> None:
    """Whoever was listed can be read, updated and deleted, and is gone then."""
    with FakeSnipcart(customers=100) as fake:
        for customer_id in fake.shop.customer_ids():
            fake.sign_in(customer_id)
        config = CONFIG | {
            "base-url": fake.base_url,
            "auth": {"basic": {"username": fake.api_key, "password": ""}},
            "checks": {"ignored_auth": {"enabled": False}},  # checked by the test above
            "generation": {"mode": "positive", "with-security-parameters": False},
        }
        described = schemathesis.openapi.from_path(PATH, config=schemathesis.Config.from_dict(config))
        untouched = fake.shop

        class Workflow(described.as_state_machine()):  # type: ignore[misc]  # mypy cannot know it: made as the test runs
            """Each sequence finds the shop as it was, so that it comes out alike when it is played again."""

            def setup(self) -> None:
                fake.shop = copy.deepcopy(untouched)

        Workflow.run(
            settings=hypothesis.settings(
                max_examples=2 * EXAMPLES,
                stateful_step_count=8,
                derandomize=True,
                suppress_health_check=list(hypothesis.HealthCheck),
            )
        )
    met = {(seen.method, seen.status) for seen in fake.requests}

    assert {("GET", 200), ("GET", 404), ("PUT", 200), ("DELETE", 204), ("DELETE", 404)} <= met


@pytest.mark.parametrize("shape", ["documented", "flat", "nested", "both"])
async def test_every_shape_is_described(shape: Any) -> None:
    """However a shop is told to shape its answers, those of many customers conform, and have no key of their own."""
    async with (
        FakeSnipcart(customers=150, shape=shape) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        page = await snipcart.request("GET", "/customers", params={"limit": 150})
        check_answer("GET", "/customers", page.content, by=NO_MORE_KEYS)
        for customer_id in fake.shop.customer_ids()[:20]:
            token = fake.sign_in(customer_id)
            for path in (f"/customers/{customer_id}", f"/usersessions/{token}"):
                read = await snipcart.request("GET", path)
                check_answer("GET", path, read.content, by=NO_MORE_KEYS)
            path = f"/customers/{customer_id}"
            orders = await snipcart.request("GET", f"{path}/orders")
            check_answer("GET", f"{path}/orders", orders.content)
            updated = await snipcart.request("PUT", path, json={"email": "new@example.com", "billingAddress": {}})
            check_answer("PUT", path, updated.content, by=NO_MORE_KEYS)
