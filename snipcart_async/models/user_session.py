"""A shopper's session.

https://docs.snipcart.com/v3/api-reference/user-sessions
"""

from datetime import datetime
from typing import ClassVar

import attrs

from ._model import Model
from .customer import Customer


@attrs.frozen(kw_only=True, repr=False)
class UserSession(Model):
    """Link a session token to the customer who is signed in.

    Snipcart does not say whether it still answers for an expired session: compare `expires` yourself.
    """

    shown: ClassVar[tuple[str, ...]] = ("expires", "customer")

    token: str | None = None
    expires: datetime | None = None
    customer: Customer
