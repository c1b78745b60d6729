"""The options that all exports share."""

from pathlib import Path
from typing import Annotated, Any

import attrs
from cyclopts import Parameter
from cyclopts.types import PositiveInt

from ..errors import ConfigurationError
from ..export import Csv
from ..export.formats import FORMATS, choose_format
from ..models import CustomerStatus
from .dates import CreatedFrom, CreatedTo

Out = Annotated[str, Parameter(name="OUT")]

_FORMAT = f"Write one of {', '.join(FORMATS)}; otherwise the suffix of OUT decides."


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class ExportOptions:
    """Say of whom, how and where to export, and what to show of it.

    Attributes:
        status: Only customers of this status.
        name: Only those whose billing name holds this.
        created_from: Only those created on this date, or at this time, or later.
        created_to: Only those created on this date, or at this time, or earlier.
        raw_csv: Leave text in a CSV file as it is, even where a spreadsheet would run it as a formula.
        bom: Begin a CSV file with the mark by which Excel knows UTF-8.
        resume: Go on with an export that ended early, or else begin one.
        overwrite: Replace the file if there is one.
        strict: End at the first record that cannot be read, instead of setting it aside.
        concurrency: How many requests to make at a time.
        session_tokens: Include the tokens with which shoppers are signed in: treat the file like passwords.
        json: Print a report as JSON in place of the summary.
        quiet: Show neither progress nor summary.
    """

    status: CustomerStatus | None = None
    name: str | None = attrs.field(default=None, repr=False)
    created_from: CreatedFrom = None
    created_to: CreatedTo = None
    format: Annotated[str | None, Parameter(help=_FORMAT)] = None
    raw_csv: bool = False
    bom: bool = False
    resume: bool = False
    overwrite: bool = False
    strict: bool = False
    concurrency: PositiveInt = 8
    session_tokens: bool = False
    json: bool = False
    quiet: bool = False

    def arguments(self, out: str) -> dict[str, Any]:
        """Give what the library is asked for.

        Raises:
            ConfigurationError: An option is for CSV, and the file is not.
        """
        library = attrs.asdict(self, filter=attrs.filters.exclude("format", "raw_csv", "bom", "json", "quiet"))
        return {**library, "format": self._chosen_format(out)}

    def _chosen_format(self, out: str) -> str | Csv | None:
        chosen, _ = choose_format(Path(out), self.format)
        if isinstance(chosen, Csv):
            return Csv(neutralise=not self.raw_csv, bom=self.bom)
        if self.raw_csv or self.bom:
            option = "--raw-csv" if self.raw_csv else "--bom"
            raise ConfigurationError(f"{option} is for CSV alone: let OUT end in .csv, or add --format csv")
        return self.format


DEFAULTS = ExportOptions()
