"""The dates that several commands take."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from cyclopts import Parameter, Token


def _read_moment(_: object, tokens: Sequence[Token]) -> date:
    text = tokens[0].value
    if len(text) == len("2026-01-31"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError
    return moment


Moment = datetime | date | None
"""A time is a date, too, but cyclopts asks pydantic where that is installed, and pydantic says otherwise."""

CreatedFrom = Annotated[Moment, Parameter(name="--from", converter=_read_moment)]
CreatedTo = Annotated[Moment, Parameter(name="--to", converter=_read_moment)]
