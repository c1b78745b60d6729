"""The place of an export: the files it needs beside its target, and what may stand there."""

import os
from contextlib import suppress
from pathlib import Path

import attrs

from . import disk


@attrs.frozen
class Place:
    """Name the files of an export; all of them stand in the folder of the target."""

    target: Path

    @property
    def part(self) -> Path:
        """Where the rows grow."""
        return self._beside(".part")

    @property
    def converted(self) -> Path:
        """What some formats make of the part in the end."""
        return self._beside(".part.converted")

    @property
    def mark(self) -> Path:
        """What shows that the target may be replaced, when an export that was published has to begin anew."""
        return self._beside(".part.published")

    @property
    def checkpoint(self) -> Path:
        """What is done, for a resume."""
        return self._beside(".checkpoint")

    @property
    def rejects(self) -> Path:
        """Where records are in the end that cannot be read."""
        return self._beside(".rejects.jsonl")

    @property
    def rejects_part(self) -> Path:
        """Where they grow."""
        return self._beside(".rejects.jsonl.part")

    @property
    def report(self) -> Path:
        """What the export proved, where that is kept."""
        return self._beside(".report.json")

    @property
    def leftovers(self) -> tuple[Path, ...]:
        """All that an export leaves when it ends early, the sidecars of SQLite included.

        In the order to remove them: first what speaks of others, last what shows that the place is half published.
        """
        sidecars = (self._beside(f".part{ending}") for ending in ("-journal", "-wal", "-shm"))
        grown = (self.part, self.converted)
        fresh = (disk.fresh(path) for path in (*grown, self.rejects, self.checkpoint))
        return (self.checkpoint, *sidecars, *fresh, self.rejects_part, *grown, self.mark)

    def problem(self, *, overwrite: bool) -> str:
        """Say why no file may appear here ("" when one may); `os.path` answers also about what one may not read."""
        if not os.path.isdir(self.target.parent):  # noqa: PTH112
            return "path must lie in a folder that exists"
        if os.path.isdir(self.target):  # noqa: PTH112
            return "path is a folder; name a file in it"
        if os.path.exists(self.target) and not os.path.isfile(self.target):  # noqa: PTH110, PTH113
            return "path is a pipe or a device; name a file"
        if overwrite or self.is_ours:
            return ""
        if os.path.lexists(self.target):
            return "path exists already: choose another name, or replace it with overwrite=True"
        if os.path.lexists(self.rejects):
            return "path has the rejects of an earlier export beside it: move them away, or overwrite=True"
        return ""

    @property
    def half_published(self) -> bool:
        """Whether an export was ended between giving its file the name and tidying up."""
        return self._is_target(self.part) or self._is_target(self.converted)

    @property
    def is_ours(self) -> bool:
        """Whether the target is of an export that was not tidied up, and may be replaced by the same one."""
        return self.half_published or self._is_target(self.mark)

    def _is_target(self, path: Path) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.lstat(self.target), os.lstat(path))
        return False

    def _beside(self, ending: str) -> Path:
        return self.target.with_name(self.target.name + ending)
