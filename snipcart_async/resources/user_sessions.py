"""What you can ask about the sessions of shoppers.

https://docs.snipcart.com/v3/api-reference/user-sessions
"""

from uuid import UUID

import attrs

from .._api import Api
from .._converter.asking import spell_identifier
from .._secret import Masked
from ..models import UserSession
from ..request import Request


@attrs.frozen
class UserSessions:
    """Ask Snipcart's User Sessions API."""

    _api: Api = attrs.field(repr=False)

    async def get(self, token: str | UUID) -> UserSession:
        """Look up who is signed in with a session token: `GET /usersessions/{token}`.

        Raises:
            NotFoundError: No such session: the shopper is not signed in.
            AuthenticationError: Your API key is refused; it is not the shopper's fault.
        """
        token = Masked(spell_identifier("token", token))
        request = Request.to("GET", "/usersessions/{token}", token)
        session: UserSession = await self._api.call(request, UserSession, asked=token, name="token")
        return session
