"""The async Snipcart client: every customer, exactly once, or it says so.

The names are resolved when first used, so that `snipcart_async.models` costs no HTTP library.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import errors, models
    from .client import SnipcartClient
    from .listing import Listing
    from .observing import Observer
    from .pacing import RateLimit
    from .request import UNSET, Call, Request, Response
    from .retry import RetryPolicy
    from .transport import Transport

    __version__: str

__all__ = [
    "UNSET",
    "Call",
    "Listing",
    "Observer",
    "RateLimit",
    "Request",
    "Response",
    "RetryPolicy",
    "SnipcartClient",
    "Transport",
    "__version__",
    "errors",
    "models",
]

_HOMES = {
    "UNSET": "request",
    "Call": "request",
    "Listing": "listing",
    "Observer": "observing",
    "RateLimit": "pacing",
    "Request": "request",
    "Response": "request",
    "RetryPolicy": "retry",
    "SnipcartClient": "client",
    "Transport": "transport",
}


if not TYPE_CHECKING:  # else any misspelled name would pass a type checker

    def __getattr__(name: str) -> Any:
        import importlib  # noqa: PLC0415 - not needed by who imports a submodule
        import importlib.metadata  # noqa: PLC0415

        if name == "__version__":
            return importlib.metadata.version("snipcart-async")
        if name in {"errors", "models"}:
            return importlib.import_module(f".{name}", __name__)
        if name in _HOMES:
            return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
