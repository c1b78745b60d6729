"""What the command prints: results on stdout, for people on a terminal and JSON off it; the rest on stderr."""

import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import _converter
from .._converter.spellings import without_session_tokens
from ..export.as_jsonl import encode_line
from ..models import Customer
from ..models._model import Model

"""It logs a shopper in: nothing but an export that asks for it shows its value."""


def say(text: str) -> None:
    """Write a line for people to stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def counted(number: int, noun: str) -> str:
    """Count things for people: `1 customer`, `1,200 customers`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def flat_document(model: Model) -> dict[str, Any]:
    """Give a model as the JSON object that Snipcart documents, without session tokens at any depth."""
    document: dict[str, Any] = without_session_tokens(_converter.dump(model))
    return document


def write_line(document: object) -> None:
    """Write one line of JSON to stdout."""
    _write(encode_line(document))


def write_document(document: object) -> None:
    """Write one JSON document to stdout, indented on a terminal."""
    line = encode_line(document)
    _write(msgspec.json.format(line, indent=2) + b"\n" if sys.stdout.isatty() else line)


async def write_customers(customers: AsyncIterator[Customer]) -> int:
    """Write customers to stdout, a table on a terminal, a line of JSON each off it, and give how many they were."""
    count = 0
    if not sys.stdout.isatty():
        async for customer in customers:
            write_line(flat_document(customer))
            count += 1
        return count
    table = Table("e-mail, id", "status", box=None, pad_edge=False, collapse_padding=True)
    for number in ("orders", "amount", "created"):
        table.add_column(number, justify="right", no_wrap=True)
    with Console(stderr=True).status("Asking Snipcart…"):
        async for customer in customers:
            table.add_row(*_cells(customer))
    if table.row_count:
        Console().print(table)
    return table.row_count


def _cells(customer: Customer) -> tuple[Text, ...]:
    """Give the cells of a row: e-mail over id, as side by side they leave no room on most terminals."""
    created, statistics = customer.creation_date, customer.statistics
    return (
        Text("\n").join((_shown(customer.email), Text(customer.id, style="dim"))),
        _shown(customer.status),
        _shown(statistics.orders_count),
        _shown(statistics.orders_amount),
        _shown(created.date() if created else None),
    )


def _shown(value: object) -> Text:
    """Give a value as text, without what a terminal would obey rather than show."""
    text = "" if value is None else str(value)
    return Text("".join(letter if letter.isprintable() else "�" for letter in text))


def _write(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
