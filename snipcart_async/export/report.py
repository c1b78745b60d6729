"""What an export tells: how far it is, and what came of it."""

from pathlib import Path
from typing import Any

import attrs


@attrs.frozen
class ExportProgress:
    """Tell how many customers are written, of how many (`None` where Snipcart does not say)."""

    customers: int
    total: int | None


@attrs.frozen(kw_only=True)
class ExportReport:
    """Tell what an export wrote, and what it could not prove.

    `unproven` says in words where somebody may be missing. `requests` counts every request, repeated ones
    too, but for those given up because the list changed under a walk.
    """

    customers: int
    rejected: int
    windows: int
    unproven: tuple[str, ...]
    requests: int
    seconds: float
    path: Path

    @property
    def complete(self) -> bool:
        """Whether every customer is in the file: nothing unproven, nothing rejected."""
        return not self.unproven and not self.rejected

    def as_dict(self) -> dict[str, Any]:
        """Give the report as values that JSON knows."""
        values = attrs.asdict(self, recurse=False)
        return {"complete": self.complete, **values, "unproven": [*self.unproven], "path": str(self.path)}
