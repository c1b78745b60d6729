"""The operations of Snipcart's page "Orders API" that the fake knows.

https://docs.snipcart.com/v3/api-reference/orders
"""

from ..messages import Answer, RefusedError, SeenRequest
from ..shop import Shop


def get_order(shop: Shop, _request: SeenRequest, token: str) -> Answer:
    """Answer an order, also one in progress: `GET /orders/{token}`."""
    if shop.find_order(token) is None:
        raise RefusedError(404, "There is no such order.")
    return Answer(200, shop.order(token))
