"""How Snipcart wants to be asked: identifiers, query parameters and the bodies of updates."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, TypeGuard
from uuid import UUID

from ..models import Address, CustomerOrderBy, CustomerStatus, OpenEnum
from .leaves import is_guid
from .spellings import WRITABLE_ADDRESS, camel
from .unstructure import spell_datetime

_LONGEST_EMAIL = 500
_IDENTIFIER = str | UUID
_MOMENT = "a date, or a datetime with a time zone, of the years 1 to 9999 in UTC"
_FILTERS: dict[str, tuple[str, type, str]] = {
    "status": ("status", CustomerStatus, "a CustomerStatus, or its text"),
    "email": ("email", str, "text"),
    "name": ("name", str, "text"),
    "created_from": ("from", date, _MOMENT),
    "created_to": ("to", date, _MOMENT),
    "order_by": ("orderBy", CustomerOrderBy, "a CustomerOrderBy, or its text"),
}
"""Of each filter: Snipcart's name for it, what it takes, and the words for that."""


def spell_identifier(name: str, value: object) -> tuple[str, str]:
    """Spell an identifier in lower case, and say what is wrong with it ("" when nothing is).

    Raises:
        TypeError: It is neither text nor a UUID.
    """
    if not isinstance(value, _IDENTIFIER):
        raise TypeError(f"{name} must be a str or a uuid.UUID, not {type(value).__name__}")
    text = str(value)
    return (text.lower(), "") if is_guid(text) else ("", f"{name} must be a GUID: 8-4-4-4-12 hexadecimal digits")


def spell_filters(**filters: object) -> tuple[dict[str, str], str]:
    """Spell what narrows and sorts a list, and say what is wrong with it ("" when nothing is)."""
    params: dict[str, str] = {}
    for name, value in filters.items():
        if value is None:
            continue
        key, kind, wanted = _FILTERS[name]
        if issubclass(kind, OpenEnum) and isinstance(value, str) and value:
            value = kind(value)  # noqa: PLW2901 - in any case, it is sent as documented
        text = spell(value) if isinstance(value, kind) else None
        if text is None:
            return {}, f"{name} must be {wanted}"
        params[key] = text
    return params, ""


def spell_query(params: Mapping[Any, Any]) -> tuple[dict[str, str], str]:
    """Spell query parameters, those that are `None` left out, and say what is wrong ("" when nothing is)."""
    spelled = {}
    for key, value in params.items():
        if not (isinstance(key, str) and _is_unicode(key)):
            return {}, "every query parameter must be named by text"
        text = "" if value is None else spell(value)
        if text is None:
            return {}, f"{key} must be text, a whole number, true or false, a date, or a datetime with a time zone"
        if value is not None:
            spelled[key] = text
    return spelled, ""


def spell(value: object) -> str | None:
    """Spell a value for a query; `None` when it cannot be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return spell(value.value)
    if isinstance(value, str):
        return value if _is_unicode(value) else None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return _spell_instant(value)
    return value.isoformat() if isinstance(value, date) else None


def _spell_instant(value: datetime) -> str | None:
    if value.utcoffset() is None:
        return None
    try:
        return spell_datetime(value.astimezone(UTC))
    except OverflowError:  # in UTC it lies before the year 1 or after 9999
        return None


def first_moment(day: date | None) -> date | None:
    """Turn a date into its first moment in UTC; leave a datetime as it is."""
    return datetime.combine(day, time.min, UTC) if _is_day(day) else day


def last_moment(day: date | None) -> date | None:
    """Turn a date into its last moment in UTC; leave a datetime as it is."""
    return datetime.combine(day, time.max, UTC) if _is_day(day) else day


def _is_day(value: object) -> TypeGuard[date]:
    return isinstance(value, date) and not isinstance(value, datetime)


def email_problem(email: object) -> str:
    """Say what is wrong with the e-mail address of an update ("" when nothing is)."""
    if isinstance(email, str) and 0 < len(email) <= _LONGEST_EMAIL and _is_unicode(email):
        return ""
    return f"email must be text of 1 to {_LONGEST_EMAIL} characters; Snipcart requires it in every update"


def spell_address(name: str, address: object) -> tuple[dict[str, str | None], str]:
    """Spell an address for an update, and say what is wrong with it ("" when nothing is).

    An `Address` gives its fields that are not `None`; a mapping is taken as it is, `None` meaning null.
    """
    if isinstance(address, Address):
        fields = {field: getattr(address, field) for field in WRITABLE_ADDRESS}
        given: Mapping[Any, Any] = {field: value for field, value in fields.items() if value is not None}
    elif isinstance(address, Mapping):
        given = address
    else:
        return {}, f"{name} must be an Address or a mapping of its fields"
    if unknown := [key for key in given if key not in WRITABLE_ADDRESS]:
        return {}, f"{name} has {len(unknown)} unknown field(s); Snipcart takes {', '.join(WRITABLE_ADDRESS)}"
    wrong = [
        key for key, value in given.items() if not (value is None or (isinstance(value, str) and _is_unicode(value)))
    ]
    if wrong:
        return {}, f"{', '.join(f'{name}.{key}' for key in wrong)} must be text or None"
    return {camel(key): value for key, value in given.items()}, ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
