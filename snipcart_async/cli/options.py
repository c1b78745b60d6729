"""The options that several commands share."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from cyclopts import Parameter, Token


def _read_moment(_: object, tokens: Sequence[Token]) -> date:
    text = tokens[0].value
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else datetime.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("expected a date such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z")


CustomerId = Annotated[str, Parameter(name="ID")]
CreatedFrom = Annotated[date | None, Parameter(name="--from", converter=_read_moment)]
CreatedTo = Annotated[date | None, Parameter(name="--to", converter=_read_moment)]
