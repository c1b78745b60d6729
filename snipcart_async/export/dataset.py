"""A dataset of Parquet files: grown window by window where no reader looks, published as a whole."""

import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from errno import EEXIST, ENOENT
from functools import partial
from pathlib import Path

import attrs

from ..models import Customer
from . import disk
from .as_jsonl import encode_line, encode_reject
from .as_parquet import Parquet, align
from .columns import customers_table
from .plan import Plan
from .report import ExportReport
from .result import Reject, WindowResult
from .tally import Tally

_ADVICE = "every process must see the same folder, and may write in it"


@attrs.frozen
class Part:
    """Tell what became of a window: its dated rows are a file of this name, the rest is mostly nobody."""

    name: str
    tally: Tally
    undated: tuple[Customer, ...] = attrs.field(default=(), repr=False)
    rejects: tuple[Reject, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class Dataset:
    """Name the places of one run, for a partition such as "shop=paris" of a folder that every process sees.

    What begins with an underscore is ignored by those who read datasets. A step that a process did not live to
    finish may be repeated by another one. Steps wait for the disk; where it refuses, they raise `ExportError`.
    """

    folder: Path
    partition: str
    run: str
    overwrite: bool = False
    session_tokens: bool = False

    @property
    def target(self) -> Path:
        """Where the dataset is in the end."""
        return self.folder / self.partition

    @property
    def staging(self) -> Path:
        """Where it grows."""
        return self.folder / f"_{self.partition}.{self.run}"

    @property
    def replaced(self) -> Path:
        """Where an older one is moved for a moment."""
        return self.folder / f"_{self.partition}.{self.run}.replaced"

    def problem(self) -> str:
        """Say why no dataset may appear here ("" when one may)."""
        if not self.folder.is_dir():
            return "folder must exist"
        if os.path.lexists(self.target) and not self.overwrite:
            return f"folder has {self.partition} already: choose another one, or replace it with overwrite=True"
        return ""

    def stage(self) -> None:
        """Make room, private to the user."""
        disk.insist(partial(self.staging.mkdir, mode=0o700, exist_ok=True), advice=_ADVICE)

    def write(self, plan: Plan, result: WindowResult) -> Part:
        """Write the rows of a window, durably; another try at the same window gets another name."""
        name = disk.insist(partial(self._write, result.customers), advice=_ADVICE)
        return Part(name, Tally.of(result, plan.settled), result.undated, result.rejects)

    def publish(self, parts: Sequence[Part], report: ExportReport) -> None:
        """Give the parts their names, add the rest and the report, and show all of it at once."""
        tally = sum((part.tally for part in parts), Tally())
        undated = {c.id: c for part in parts for c in part.undated if c.id in tally.undated}
        rejects = {r.key: r for part in parts for r in part.rejects if r.created or r.key in tally.undated_rejects}
        act = partial(
            self._publish,
            [part.name for part in parts],
            tuple(undated.values()),
            b"".join(map(encode_reject, rejects.values())),
            encode_line(report.as_dict()),
        )
        del parts, undated, rejects  # personal data: a traceback shall not show it
        disk.insist(act, advice=_ADVICE)

    def discard(self) -> None:
        """Remove what was not published, and let who still writes there find no room.

        A disk that refuses is no error here: what ended the export is what its user has to know.
        """
        discarded = self.staging.with_name(f"{self.staging.name}.discarded")
        with suppress(OSError):
            self.staging.rename(discarded)
        shutil.rmtree(discarded, ignore_errors=True)

    def _write(self, rows: Sequence[Customer]) -> str:
        growing = self.staging / f"_{secrets.token_hex(8)}.rows"  # no reader takes it, should it be left behind
        disk.create(growing).close()
        sink = Parquet().open(growing, customers_table(session_tokens=self.session_tokens))
        try:
            sink.write(rows)
            return sink.finish().name
        finally:
            sink.close()
            growing.unlink()

    def _publish(self, names: Sequence[str], rows: Sequence[Customer], rejects: bytes, report: bytes) -> None:
        if self.staging.is_dir():
            self._complete(names, rows, rejects, report)
            if os.path.lexists(self.target):
                if not self.overwrite:
                    raise FileExistsError(EEXIST, "another export has finished meanwhile")
                self.target.rename(self.replaced)
            try:
                self.staging.rename(self.target)
            except OSError:
                with suppress(OSError):
                    self.replaced.rename(self.target)  # what was there before is better than nothing
                raise
            disk.sync_folder(self.folder)
        elif not self.target.is_dir() or disk.read(self.target / "_report.json") != report:
            raise FileNotFoundError(ENOENT, "the parts are not there")
        shutil.rmtree(self.replaced, ignore_errors=True)

    def _complete(self, names: Sequence[str], rows: Sequence[Customer], rejects: bytes, report: bytes) -> None:
        """Leave exactly what is to be seen, whatever other tries have left."""
        paths = [self.staging / f"part-{place:05}.parquet" for place in range(len(names))]
        for name, path in zip(names, paths, strict=True):
            if not path.exists():
                (self.staging / name).rename(path)
        if rows:
            paths.append((self.staging / self._write(rows)).rename(self.staging / "part-undated.parquet"))
        align(paths, customers_table(session_tokens=self.session_tokens))
        for path in set(self.staging.iterdir()).difference(paths):
            path.unlink()
        if rejects:
            disk.replace(self.staging / "_rejects.jsonl", [rejects])
        disk.replace(self.staging / "_report.json", [report])
