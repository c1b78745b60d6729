"""What an export tells: how far it is, and what came of it."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from .._converter.unstructure import spell_datetime


@attrs.frozen(kw_only=True)
class ExportProgress:
    """Tell how far an export is; `total` is `None` where Snipcart does not say how many customers there are."""

    customers: int
    total: int | None
    windows: int
    windows_total: int


@attrs.frozen(kw_only=True)
class ExportReport:
    """Tell what an export wrote, and what it could not prove.

    Everybody is in the file who was created before `created_until` and is still there. `unproven` says in words,
    mostly with dates, where somebody may be missing. `rejected` records could not be read: they are in
    `NAME.rejects.jsonl`. `repaired` counts customers with text that no file could hold as it was. `orders` is
    `None` in an export of customers; `missing` counts customers who were deleted before their orders were read.
    When it is `filtered`, everybody is everybody asked for. What was read before it was `resumed` may be as old as
    `begun`.
    `requests` counts every request, repeated ones too; `seconds` adds up all runs of a resumed export.
    """

    customers: int
    rejected: int
    windows: int
    unproven: tuple[str, ...]
    requests: int
    seconds: float
    path: Path
    orders: int | None = None
    missing: int = 0
    repaired: int = 0
    created_until: datetime | None = None
    resumed: bool = False
    begun: datetime | None = None
    filtered: bool = False

    @property
    def complete(self) -> bool:
        """Whether every customer is in the file: nothing unproven, nothing rejected."""
        return not self.unproven and not self.rejected

    def as_dict(self) -> dict[str, Any]:
        """Give the report as values that JSON knows."""
        return {
            "complete": self.complete,
            **attrs.asdict(self, recurse=False),
            "unproven": [*self.unproven],
            "path": spell_path(self.path),
            "created_until": spell_datetime(self.created_until) if self.created_until else None,
            "begun": spell_datetime(self.begun) if self.begun else None,
        }


def spell_path(path: str | os.PathLike[str]) -> str:
    """Spell a path as text for JSON and HTML: a name need not be UTF-8, and then they cannot hold it as it is."""
    return os.fsencode(path).decode(errors="replace")
