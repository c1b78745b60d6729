"""A row of the matrix: a fault, and what must come of it."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import attrs

from snipcart_async.errors import SnipcartError

from .server import Act
from .stage import MEMORY, Stage

MODES = ("always", "once")

Export = Literal["X0", "X1", "X3"]
"""X0: proven complete. X1: ends with an error, and goes on with `resume`. X3: written, and says what is missing."""

Scene = Callable[[Stage], Awaitable[None]]


@attrs.frozen(kw_only=True)
class Expected:
    """What must come of a call: an error or none, and how many attempts met the fault when it stays."""

    error: type[SnipcartError] | None = None
    tries: int = 1

    @property
    def mended_by_a_repeat(self) -> bool:
        """Whether the call succeeds when the fault is met only once."""
        return self.error is None or self.tries > 1


@attrs.frozen(kw_only=True)
class Row:
    """A fault that any request for customers may meet.

    `single` is of `customers.get`. A walk through a list meets it on its third page, and by default ends with the
    same error behind the first two; an export meets it in its midst.
    """

    name: str
    fault: str
    act: Act
    single: Expected | None
    walk: Expected | None
    export: Export | None
    client: Mapping[str, Any]
    """Options of the client."""
    modes: tuple[str, ...]
    memory: int
    """By how many bytes memory may grow."""
    says: str
    """What the error says."""
    note: str
    """Why a row differs from what one would expect."""


@attrs.frozen(kw_only=True)
class Play:
    """A row that needs a scene of its own, played once for each mode; the other mode may be a row of its own."""

    name: str
    fault: str
    scene: Scene
    modes: tuple[str, ...] = ("once",)
    note: str = ""


@attrs.frozen(kw_only=True)
class Elsewhere:
    """A row that tests of the suite show."""

    name: str
    fault: str
    tests: tuple[str, ...]
    note: str = ""


AnyRow = Row | Play | Elsewhere


PURE_PYTHON = bool(os.environ.get("AIOHTTP_NO_EXTENSIONS"))
"""Whether aiohttp reads HTTP with its parser in Python, which is laxer than the one in C."""


def row(
    name: str,
    fault: str,
    act: Act,
    error: type[SnipcartError] | None = None,
    tries: int = 1,
    *,
    single: Expected | Literal["same"] | None = "same",
    walk: Expected | Literal["same"] | None = "same",
    export: Export | Literal["same"] | None = "same",
    in_pure_python: bool = True,
    modes: tuple[str, ...] = MODES,
    memory: int = MEMORY,
    says: str = "",
    note: str = "",
    **client: Any,
) -> Row:
    """Write a row: what comes of a single call comes of a walk and an export, too, unless said."""
    usual = Expected(error=error, tries=tries)
    if PURE_PYTHON and not in_pure_python:
        single = walk = export = None
    return Row(
        name=name,
        fault=fault,
        act=act,
        single=usual if single == "same" else single,
        walk=usual if walk == "same" else walk,
        export=("X1" if error else "X0") if export == "same" else export,
        client=client,
        modes=modes,
        memory=memory,
        says=says,
        note=note,
    )
