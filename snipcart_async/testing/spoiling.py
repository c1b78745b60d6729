"""Documents that come out otherwise than they should, for whoever has to withstand them."""

from typing import Any


def spoiled(document: dict[str, Any], keys: dict[str, Any] | None) -> Any:
    """Override keys of a document: `...` leaves one out, and the key `document` stands for all of it."""
    if not keys:
        return document
    if keys.get("document", ...) is not ...:
        return keys["document"]
    return {key: value for key, value in (document | keys).items() if value is not ...}
