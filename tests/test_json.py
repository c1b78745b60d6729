"""JSON text and Python values: exact decimals, nothing that JSON does not have, and problems told instead of raised."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import _json

from .strategies import encode, json_values

UNWRITABLE = "not made of text, finite numbers, booleans, None, lists and dicts with text keys"


def circle() -> list[Any]:
    """Make a list that holds itself."""
    endless: list[Any] = []
    endless.append(endless)
    return endless


def tower(levels: int) -> Any:
    """Make lists within lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"null", None),
        (b' {"a": [1, true, "x"]}\n', {"a": [1, True, "x"]}),
        (b"\xef\xbb\xbf[]", []),
        ('"Québec 👩"'.encode(), "Québec 👩"),
        (b"1000.00", Decimal("1000.00")),
        (b"1e999", Decimal("1E+999")),
        (b"12", 12),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
    ids=["null", "nested", "bom", "not-ascii", "decimal", "exponent", "whole", "twice"],
)
def test_a_document_is_parsed(content: bytes, value: Any) -> None:
    """A JSON document gives its value, and no problem; a fraction is a `Decimal`, digit by digit."""
    parsed, problem = _json.parse(content)

    assert (repr(value), "") == (repr(parsed), problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty, not JSON"),
        (b"\n", "empty, not JSON"),
        (b"\xef\xbb\xbf", "empty, not JSON"),
        (b" <html>", "HTML, not JSON"),
        (b"\xef\xbb\xbf<html>", "HTML, not JSON"),
        (b'"\xff"', "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"{} {}", "not JSON"),
        (b"NaN", "not JSON"),
        (b"[-Infinity]", "not JSON"),
        (b"9" * 5000, "not JSON"),
        (b"1e1000000000000000000", "JSON with a number too large to hold"),
        (b"[" * 100_000, "JSON nested too deeply"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_no_document_is_told(content: bytes, problem: str) -> None:
    """A body that is no JSON, or cannot be held, gives a problem in a few words and no value."""
    assert (None, problem) == _json.parse(content)


@given(st.binary() | st.text().map(str.encode) | json_values.map(encode))
def test_parsing_never_raises(content: bytes) -> None:
    """Whatever the bytes, there is a value or a problem."""
    value, problem = _json.parse(content)

    assert not problem or value is None


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"name": "Québec", "list": [1, 1.5, None, True]}, '{"name":"Québec","list":[1,1.5,null,true]}'),
        ("", '""'),
        (None, "null"),
        ((1, 2), "[1,2]"),
    ],
    ids=["object", "empty", "null", "tuple"],
)
def test_a_value_is_written(value: object, content: str) -> None:
    """A value is written without blanks, in UTF-8, not in escapes."""
    assert (content.encode(), "") == _json.write(value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), [float("-inf")], {"a": {1}}, b"x", object(), {("a",): 1}, "\ud800", circle(), tower(100_000)],
    ids=["nan", "infinity", "set", "bytes", "object", "tuple-key", "surrogate", "circle", "tower"],
)
def test_what_json_does_not_have_is_told(value: object) -> None:
    """A value that JSON cannot hold gives a problem, and no bytes."""
    assert _json.write(value) == (b"", UNWRITABLE)


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"{}", True),
        (b" [1]\r\n", True),
        (b"\xef\xbb\xbf{}", True),
        (b"null", True),
        (b"<html>", True),
        (b"", False),
        (b" \n", False),
        (b"\xef\xbb\xbf", False),
        (b'{"a": 1', False),
        (b"[1, 2", False),
        (b"[{}", False),
        (b'\xef\xbb\xbf{"a": 1', False),
    ],
)
def test_a_body_that_was_cut_is_not_whole(content: bytes, whole: bool) -> None:  # noqa: FBT001 - a table's column
    """A body is not whole if it is empty, or opens an object or a list that it does not close."""
    assert whole is _json.is_whole(content)
