"""Finds the endpoint that a request is for, or says why there is none."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import NamedTuple

from .endpoints import customers, orders, user_sessions
from .messages import Answer, RefusedError, SeenRequest
from .shop import Shop

PREFIX = "/api"


class Route(NamedTuple):
    """An operation as Snipcart's pages name it, and the endpoint that answers it."""

    method: str
    template: str
    endpoint: Callable[..., Answer]

    def match(self, path: str) -> re.Match[str] | None:
        """Match a path, leaving the identifiers as groups."""
        return re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", self.template), path)


ROUTES = (
    Route("GET", "/customers", customers.list_customers),
    Route("GET", "/customers/{id}", customers.get_customer),
    Route("PUT", "/customers/{id}", customers.update_customer),
    Route("DELETE", "/customers/{id}", customers.delete_customer),
    Route("GET", "/customers/{id}/orders", customers.list_customer_orders),
    Route("GET", "/usersessions/{token}", user_sessions.get_user_session),
    Route("GET", "/orders/{token}", orders.get_order),
)


def answer(shop: Shop, api_key: str, request: SeenRequest) -> Answer:
    """Answer a request: the key first, then what Snipcart's pages require of headers, then the endpoint."""
    if not request.in_api:
        return _explain(f"FakeSnipcart has nothing at {request.path}: the base URL must end in {PREFIX}.")
    try:
        _check_headers(api_key, request)
        for route in ROUTES:
            if route.method == request.method and (found := route.match(request.path)):
                return route.endpoint(shop, request, *found.groups())
    except RefusedError as refusal:
        return refusal.answer
    return _explain(
        f"FakeSnipcart does not know {request.method} {request.path}. To teach it, "
        "write a function in snipcart_async/testing/endpoints/ and "
        "add it to ROUTES in snipcart_async/testing/router.py."
    )


def _check_headers(api_key: str, request: SeenRequest) -> None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or credentials != b64encode(f"{api_key}:".encode()).decode():
        raise RefusedError(401, "The secret API key is missing or wrong.")
    if "application/json" not in request.headers.get("Accept", ""):
        raise RefusedError(406, "The API only returns application/json: say so in the header Accept.")
    if request.method == "PUT" and not request.headers.get("Content-Type", "").startswith("application/json"):
        raise RefusedError(415, "The request body must be JSON: say so in the header Content-Type.")


def _explain(message: str) -> Answer:
    """Answer 501: a 404 would be taken for a customer who isn't there."""
    return Answer(501, {"message": message, "routes": [f"{route.method} {route.template}" for route in ROUTES]})
