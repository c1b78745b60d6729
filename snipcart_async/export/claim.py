"""The claim an export lays to its place: nobody else writes there meanwhile, and an earlier run can be taken up."""

import os
import stat
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

from ..errors import ConfigurationError, ExportError
from . import disk
from .checkpoint import Checkpoint, load_checkpoint
from .place import Place

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such locks
    fcntl = None  # type: ignore[assignment]

_TAKEN = "path is taken: another export is writing it; wait for it, or choose another name"
_UNFINISHED = (
    "path has an unfinished export beside it (.part): go on with resume=True, or begin anew with overwrite=True"
)
_STRANGE = "path has something beside it, ending in .part, that is no file: move it away"


class Claim:
    """Hold a place for the time of a `with`; `saved` says what an earlier run left to be resumed.

    Unless `keep` is set, nothing is left behind: what was there before stays until then.

    Raises:
        ConfigurationError: The place is taken, or holds what nobody asked to replace.
        ExportError: The disk refuses, or the checkpoint is damaged.
    """

    def __init__(self, place: Place, *, overwrite: bool, resume: bool) -> None:
        self.place = place
        self.overwrite: bool = overwrite
        self.saved: Checkpoint | None = None
        self._check_place()
        self.keep: bool = os.path.lexists(place.part)
        self._held = self._open() if self.keep else self._create()
        try:
            self._take_up(resume=resume)
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._let_go()

    def renew(self) -> None:
        """Remove what an earlier run left, and hold an empty part in its place.

        Raises:
            ConfigurationError: Another export was quicker.
            ExportError: The disk refuses.
        """
        self.keep = True  # what is there may soon be another's
        disk.insist(self._remove_leftovers)
        fresh = self._create()
        os.close(self._held)
        self._held = fresh
        self.keep = False

    def _check_place(self) -> None:
        if problem := self.place.problem(overwrite=self.overwrite):
            raise ConfigurationError(problem)

    def _take_up(self, *, resume: bool) -> None:
        """Look, now that the place is held, at what is there: another export may just have finished."""
        self._check_place()
        if self.keep and not self.overwrite and not resume:
            raise ConfigurationError(_UNFINISHED)
        self.overwrite = self.overwrite or self.place.is_ours
        if self.keep and resume:
            self.saved, problem = self._load()
            if problem:
                raise ExportError(problem)

    def _remove_leftovers(self) -> None:
        """Remove all but what shows that the target may be replaced."""
        place = self.place
        if place.half_published:
            disk.remove(place.mark)
            os.link(place.target, place.mark)
        disk.remove(*(path for path in place.leftovers if path != place.mark))

    def _let_go(self) -> None:
        if not self.keep:
            with suppress(OSError):
                disk.remove(*self.place.leftovers)
        os.close(self._held)

    def _create(self) -> int:
        file = disk.insist(self._create_part)
        if file is None:
            raise ConfigurationError(_TAKEN)
        with file:
            return self._lock(os.dup(file.fileno()))

    def _create_part(self) -> IO[bytes] | None:
        try:
            return disk.create(self.place.part)
        except FileExistsError:
            return None

    def _open(self) -> int:
        if not disk.insist(lambda: stat.S_ISREG(os.lstat(self.place.part).st_mode)):
            raise ConfigurationError(_STRANGE)
        return self._lock(disk.insist(lambda: disk.open_existing(self.place.part)))

    def _load(self) -> tuple[Checkpoint | None, str]:
        if not os.path.lexists(self.place.checkpoint):
            return None, ""
        return load_checkpoint(disk.insist(lambda: disk.read(self.place.checkpoint)))

    def _lock(self, descriptor: int) -> int:
        """Lock the part that is open, or close it again."""
        try:
            locked = disk.insist(lambda: _try_lock(descriptor) and disk.is_at(descriptor, self.place.part))
        except ExportError:
            os.close(descriptor)
            raise
        if not locked:
            os.close(descriptor)
            raise ConfigurationError(_TAKEN)
        return descriptor


def _try_lock(descriptor: int) -> bool:
    if fcntl is not None:  # pragma: no branch - but on Windows
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
