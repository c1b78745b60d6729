"""R: single records that are not what they should be."""

from collections.abc import Mapping
from typing import Any, Literal

from snipcart_async.errors import DecodeError, SnipcartError

from .acts import edit
from .row import AnyRow, Elsewhere, Row, row
from .server import Act, Exchange

_NESTED = {"billingAddress": {"name": "N", "firstName": None}, "shippingAddress": {"name": "N"}}
_MISSING: Any = ...


def _edit_record(keys: Mapping[str, Any]) -> Act:
    """Change keys of one customer, alone or first on a page; `...` takes a key away."""

    def change(document: Any, _: Exchange) -> Any:
        for record in document.get("items", [document])[:1]:
            record.update(keys)
            for key in [key for key, value in keys.items() if value is _MISSING]:
                del record[key]
        return document

    return edit(change)


def _first_is_null(document: Any, _: Exchange) -> Any:
    return {**document, "items": [None, *document["items"][1:]]}


def _record(
    name: str,
    fault: str,
    keys: Mapping[str, Any],
    error: type[SnipcartError] | None = None,
    *,
    export: Literal["same", "X0", "X3"] | None = "same",
    note: str = "",
) -> Row:
    """Write a row of a record; what cannot be read is set aside by an export, which then says so."""
    usual: Any = "X3" if error else "X0"
    chosen: Any = usual if export == "same" else export
    return row(name, fault, _edit_record(keys), error, export=chosen, modes=("always",), note=note)


_MOVED = "an export would take the record for another window's"
_FINE_DATES = (
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00.1234567Z",
    "2020-01-01T00:00:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.9999999",
)
_ODD_NAMES = ("\U0001f600 \u202eabc e\u0301", "a\x00b\x1b", "=1+1", "+1", "-1", "@a", "\ta", "\ra", "\uff1d1")

RECORD_ROWS: tuple[AnyRow, ...] = (
    row(
        "R1",
        "null among the items",
        edit(_first_is_null),
        DecodeError,
        single=None,
        export="X3",
        says="items[0]",
        modes=("always",),
    ),
    _record("R2", "no id", {"id": _MISSING}, DecodeError),
    _record("R2 text", "an id that is no GUID", {"id": "x"}, DecodeError),
    Elsewhere(name="R3", fault="each optional field missing", tests=("tests/converter/test_missing_fields.py",)),
    _record("R4", "an e-mail that is an object", {"email": {"a": "b"}}, DecodeError, export="X3"),
    _record("R4 address", "an address that is a number", {"billingAddress": 5}, DecodeError),
    _record("R5", "null for every text", {"billingAddressName": None, "gravatarUrl": None, "email": None}),
    *(
        _record(f"R6 {count!r}", f"{count!r} orders", {"statistics": {"ordersCount": count}}, DecodeError)
        for count in (1.9, "3", True)
    ),
    _record("R7", "an unknown status and mode", {"status": "Archived", "mode": "Dream"}),
    _record("R8", "unknown fields, also nested", {"new": {"a": [1]}, "statistics": {"odd": 1}}),
    *(_record(f"R9 {text}", "a date", {"creationDate": text}, export=None, note=_MOVED) for text in _FINE_DATES),
    *(
        _record(f"R9 {text!r}", "a date that is none", {"creationDate": text}, DecodeError)
        for text in ("", "/Date(1)/")
    ),
    *(
        _record(f"R{10 + (place > 0) + (place > 1)} {place}", "an odd name", {"billingAddressName": name})
        for place, name in enumerate(_ODD_NAMES)
    ),
    row(
        "R13",
        "a name of 5 MB",
        _edit_record({"billingAddressName": "n" * 5_000_000}),
        modes=("once",),
        memory=128 * 2**20,
        note="memory holds the name, as bytes and as text, here and in the server",
    ),
    _record(
        "R14", "the nested shape of an update", _NESTED, note="tolerated everywhere: one converter reads all shapes"
    ),
    _record("R15", "no statistics", {"statistics": None}),
    _record("R15 missing", "statistics missing", {"statistics": _MISSING}),
)
