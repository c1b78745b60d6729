"""The output of an export: rows and rejects that grow, a checkpoint behind them, and a file when all is done."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import IO, Generic, TypeVar

import attrs

from ..errors import ExportError
from . import disk
from .as_jsonl import encode_reject
from .checkpoint import Checkpoint
from .claim import Claim
from .columns import Table
from .formats import Format
from .result import Reject

R = TypeVar("R")

_APPEARED = "a file appeared at the path while the export ran, and was left as it is; move it away, then resume=True"


class Output(Generic[R]):
    """Grow in a claimed place behind a checkpoint, or from nothing; to be closed in any case.

    Raises:
        ExportError: The disk refuses, or has less than the checkpoint says.
    """

    def __init__(self, claim: Claim, form: Format, table: Table[R], saved: Checkpoint | None) -> None:
        self._claim = claim
        self._place = claim.place
        if saved is None:
            claim.renew()
        position, rejects_position = (saved.position, saved.rejects_position) if saved else (0, 0)
        self._published = saved is not None and self._place.half_published
        self._files = ExitStack()
        try:
            self._rejects = disk.insist(self._open_rejects)
            self._files.callback(_close, self._rejects)
            self._sink = disk.insist(partial(form.open, self._place.part, table))
            self._files.callback(self._sink.close)
            disk.insist(partial(_rewind, self._rejects, rejects_position))
            disk.insist(partial(self._sink.rewind, position))
        except BaseException:
            self.close()
            raise

    def write(self, rows: Sequence[R], rejects: Sequence[Reject] = ()) -> None:
        """Append.

        Raises:
            ExportError: The disk refuses.
        """
        lines = b"".join(map(_set_aside, rejects))
        acts = [partial(self._write, rows, lines)]
        del rows, rejects, lines  # personal data: a traceback shall not show it
        disk.insist(acts.pop())

    def save(self, checkpoint: Checkpoint) -> Checkpoint:
        """Make durable what was written, then what is said of it.

        Raises:
            ExportError: The disk refuses.
        """
        checkpoint = disk.insist(partial(self._sync, checkpoint))
        disk.insist(lambda: disk.replace(self._place.checkpoint, [checkpoint.dump()]))
        self._claim.keep = True
        return checkpoint

    def publish(self, undated_rejects: Collection[str] = ()) -> None:
        """Give the finished file its name, and the rejects theirs, where there are any.

        Of those without a date only `undated_rejects` are: the others could be read elsewhere, and have a row.

        Raises:
            ExportError: The disk refuses, or the name is taken by now.
        """
        if not self._published:
            finished = disk.insist(self._sink.finish)
            self._published = disk.insist(partial(self._publish, finished, undated_rejects))
        if not self._published:
            raise ExportError(_APPEARED)
        disk.insist(partial(self._publish_rejects, undated_rejects))
        self._claim.keep = False

    def close(self) -> None:
        """Let go of the files."""
        self._files.close()

    def _open_rejects(self) -> IO[bytes]:
        part = self._place.rejects_part
        return os.fdopen(disk.open_existing(part), "r+b") if os.path.lexists(part) else disk.create(part)

    def _write(self, rows: Sequence[R], lines: bytes) -> None:
        self._sink.write(rows)
        self._rejects.write(lines)

    def _sync(self, checkpoint: Checkpoint) -> Checkpoint:
        position = self._sink.sync()
        disk.sync_file(self._rejects)
        return attrs.evolve(checkpoint, position=position, rejects_position=self._rejects.tell())

    def _publish(self, finished: Path, undated_rejects: Collection[str]) -> bool:
        """Publish the rows, unless a name is taken."""
        place, overwrite = self._place, self._claim.overwrite
        if any(self._left_out(undated_rejects)) and not overwrite and os.path.lexists(place.rejects):
            return False
        try:
            disk.publish(finished, place.target, overwrite=overwrite)
        except FileExistsError:
            return False
        return True

    def _publish_rejects(self, undated_rejects: Collection[str]) -> None:
        if any(self._left_out(undated_rejects)):
            disk.replace(self._place.rejects, self._left_out(undated_rejects))
        elif self._claim.overwrite:
            disk.remove(self._place.rejects)

    def _left_out(self, undated_rejects: Collection[str]) -> Iterator[bytes]:
        """Read the rejects again, but not those who have a row by now."""
        self._rejects.seek(0)
        for line in self._rejects:
            key, _, reject = line.partition(b" ")
            if not key or key.decode() in undated_rejects:
                yield reject


def _set_aside(reject: Reject) -> bytes:
    """Write a reject behind its key, where only the end of the export tells whether it is one: it has no date."""
    return b"%s %s" % (b"" if reject.created else reject.key.encode(), encode_reject(reject))


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):
        file.close()


def _rewind(file: IO[bytes], position: int) -> None:
    if os.fstat(file.fileno()).st_size < position:
        message = "the rejects are shorter than the checkpoint says"
        raise ValueError(message)
    file.truncate(position)
    file.seek(position)
