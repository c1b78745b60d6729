"""The outside of a list answer."""

from typing import Any

import attrs

from .. import _json
from .leaves import read_any, read_int
from .refusal import Refusal


@attrs.frozen(kw_only=True)
class Envelope:
    """Hold the outside of a list answer; its items are JSON, or have been read."""

    items: list[Any] = attrs.field(repr=False)
    total_items: int | None = None
    offset: int | None = None
    limit: int | None = None
    extra: dict[str, Any] = attrs.field(factory=dict, repr=False)


def read_envelope(content: bytes) -> tuple[Envelope | None, tuple[str, ...]]:
    """Read the outside of a list answer, and leave its items alone."""
    document, problem = _json.parse(content)
    if problem:
        return None, (f"$: {problem}",)
    try:
        return _read_envelope(document), ()
    except Refusal as refusal:
        return None, refusal.explain()


def _read_envelope(document: Any) -> Envelope:
    if type(document) is not dict:
        raise Refusal.of("an object", document)
    problems: list[tuple[str, str]] = []
    numbers: dict[str, int] = {}
    for name, key in (("total_items", "totalItems"), ("offset", "offset"), ("limit", "limit")):
        if document.get(key) is not None:
            try:
                numbers[name] = read_int(document[key])
            except Refusal as refusal:
                problems += refusal.under(f".{key}")
    if "items" not in document:
        problems.append((".items", "missing"))
    elif type(document["items"]) is not list:
        problems += Refusal.of("a list", document["items"]).under(".items")
    if problems:
        raise Refusal(*problems)
    extra = {k: v for k, v in document.items() if k not in {"items", "totalItems", "offset", "limit"}}
    return Envelope(items=document["items"], extra=read_any(extra), **numbers)
