"""What you can ask about the sessions of shoppers.

https://docs.snipcart.com/v3/api-reference/user-sessions
"""

from uuid import UUID

import attrs

from .._api import Api
from .._converter.asking import spell_identifier
from .._secret import Masked
from ..errors import ConfigurationError
from ..models import UserSession


@attrs.frozen
class UserSessions:
    """Ask Snipcart's User Sessions API."""

    _api: Api = attrs.field(repr=False)

    async def get(self, token: str | UUID) -> UserSession:
        """Look up who is signed in with a session token: `GET /usersessions/{token}`.

        Raises:
            ConfigurationError: The token is no GUID; nothing was sent.
            NotFoundError: No such session: the shopper is not signed in.
            AuthenticationError: Your API key is refused; it is not the shopper's fault.
        """
        token, problem = spell_identifier("token", token)
        token = Masked(token)  # a traceback shall not show it
        if problem:
            raise ConfigurationError(problem)
        request = self._api.request("GET", "/usersessions/{token}", token)
        session: UserSession = await self._api.call(request, UserSession, asked=token, name="token")
        return session
