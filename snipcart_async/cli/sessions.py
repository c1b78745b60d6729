"""`snipcart sessions`: who is signed in."""

from cyclopts import App

from ..client import SnipcartClient
from .examples import examples
from .output import flat_document, write_document

sessions: App = App(name="sessions", help="Find out who is signed in.", help_epilogue="")


@sessions.command(help_epilogue=examples("sessions get TOKEN"))
async def get(token: str, /) -> None:
    """Print until when a session lasts, and whose it is.

    Args:
        token: The token of the shopper's session.
    """
    async with SnipcartClient() as snipcart:
        document = flat_document(await snipcart.user_sessions.get(token))
    del document["token"]
    write_document(document)
