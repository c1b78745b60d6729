"""The operation of Snipcart's page "User Sessions API".

https://docs.snipcart.com/v3/api-reference/user-sessions
"""

from ..messages import Answer, RefusedError, SeenRequest
from ..shop import Shop


def get_user_session(shop: Shop, _request: SeenRequest, token: str) -> Answer:
    """Answer a session that runs, with its customer: `GET /usersessions/{token}`."""
    document = shop.session(token)
    if document is None:
        raise RefusedError(404, "There is no such session, or it is over.")
    return Answer(200, document)
