"""The matrix: all rows, in order."""

from .body_rows import BODY_ROWS
from .framing_rows import FRAMING_ROWS
from .local_rows import LOCAL_ROWS
from .paging_rows import PAGING_ROWS
from .record_rows import RECORD_ROWS
from .row import AnyRow
from .status_rows import STATUS_ROWS
from .transport_rows import TRANSPORT_ROWS
from .write_rows import WRITE_ROWS

ROWS: tuple[AnyRow, ...] = (
    *TRANSPORT_ROWS,
    *FRAMING_ROWS,
    *BODY_ROWS,
    *STATUS_ROWS,
    *PAGING_ROWS,
    *RECORD_ROWS,
    *WRITE_ROWS,
    *LOCAL_ROWS,
)

GROUPS = {"T": 18, "F": 14, "B": 22, "S": 25, "P": 19, "R": 15, "W": 12, "L": 12}
"""How many faults each group has; some have several rows."""


def faults() -> list[str]:
    """Give the numbers of all faults, each once: a row may be one of several for its fault."""
    return [*dict.fromkeys(row.name.split()[0] for row in ROWS)]
