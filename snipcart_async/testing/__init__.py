"""A Snipcart in memory, behind real HTTP: what to test against when Snipcart itself is out of reach.

The names are resolved when first used: pytest loads `plugin` in every run, and most runs need no server.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snipcart_async.testing.behaviour import Behaviour, LiveChanges
    from snipcart_async.testing.fake import FakeSnipcart
    from snipcart_async.testing.messages import SeenRequest
    from snipcart_async.testing.shop import Shop

__all__ = ["Behaviour", "FakeSnipcart", "LiveChanges", "SeenRequest", "Shop"]

_HOME = {
    "Behaviour": "behaviour",
    "FakeSnipcart": "fake",
    "LiveChanges": "behaviour",
    "SeenRequest": "messages",
    "Shop": "shop",
}


if not TYPE_CHECKING:  # else any misspelled name would pass a type checker

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
