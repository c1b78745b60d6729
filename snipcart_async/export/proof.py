"""What an export proved, kept beside its file, so that it can be told later of just that file."""

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from errno import EEXIST
from pathlib import Path
from typing import Annotated

import attrs
import msgspec

from ..errors import ExportError
from . import disk
from .as_jsonl import encode_line
from .place import Place
from .report import ExportReport, spell_path


class Standing(StrEnum):
    """How a file stands to what an export proved."""

    COMPLETE = "complete"
    UNPROVEN = "unproven"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Proof:
    """Hold what is kept of an export beside its file.

    The fields are those of `ExportReport`; `sha256` tells the file from all others.
    """

    sha256: str
    customers: int
    rejected: int
    unproven: tuple[str, ...]
    filtered: bool
    created_until: Annotated[datetime, msgspec.Meta(tz=True)] | None


def keep_proof(report: ExportReport) -> Path:
    """Write what an export proved beside its file, as `NAME.report.json` that only you may read, and give its path.

    It holds what `as_dict` gives, with the mere name of the file and its SHA-256. Call it when the export has ended:
    `check_proof` can then tell this file from any other.

    Raises:
        ExportError: The disk refuses, or something else has that name.
    """
    target = Place(report.path).report
    try:
        if os.path.lexists(target) and _load(target) is None:
            raise FileExistsError(EEXIST, f"{target.name} is something else")
        content = {**report.as_dict(), "path": spell_path(report.path.name), "sha256": _digest(report.path)}
        disk.replace(target, [encode_line(content)])
    except OSError as error:
        problem = disk.reason(error)
    else:
        return target
    raise ExportError(f"the export is written, but not beside it what it proves: {problem}")


def check_proof(path: str | os.PathLike[str]) -> tuple[Standing, Proof | None]:
    """Tell how a file stands to the proof that was kept beside it, and give the proof where it is of this file.

    A link stands for the file it leads to.

    Raises:
        OSError: The file cannot be read.
    """
    file = Path(os.path.realpath(path))
    digest = _digest(file)
    proof = _load(Place(file).report)
    if proof is None:
        return Standing.UNKNOWN, None
    if proof.sha256 != digest:
        return Standing.CHANGED, None
    return (Standing.UNPROVEN if proof.unproven or proof.rejected else Standing.COMPLETE), proof


def _load(path: Path) -> Proof | None:
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return msgspec.json.decode(path.read_bytes(), type=Proof)
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
