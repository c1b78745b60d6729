"""What is exported, and how: the rows that follow from the customers of a window, and where they go."""

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Generic, Self, TypeVar

import attrs

from .._configuration import count_problem
from ..client import SnipcartClient
from ..errors import ConfigurationError
from ..models import Customer, CustomerStatus
from .columns import Table
from .formats import Format, choose_format
from .place import Place
from .plan import whole_range
from .report import ExportProgress
from .result import Reject
from .window import Window

R = TypeVar("R")

OnProgress = Callable[[ExportProgress], None]


@attrs.frozen(kw_only=True)
class Harvest(Generic[R]):
    """Hold what some customers gave: rows, rejects, and how many of them had been deleted meanwhile."""

    customers: int
    rows: Sequence[R] = attrs.field(repr=False)
    rejects: tuple[Reject, ...] = ()
    missing: int = 0
    requests: int = 0


@attrs.frozen(kw_only=True)
class Job(Generic[R]):
    """Say what to make of customers, and which table the rows are for."""

    kind: str
    table: Table[R]
    options: dict[str, bool]
    gather: Callable[[Sequence[Customer]], AsyncGenerator[Harvest[R], None]]
    """Give the rows of customers, a few customers at a time."""
    ahead: int
    """How many windows to read at a time."""
    pages: int
    """How many pages a window may hold: so much is read again after an interruption."""


@attrs.frozen(kw_only=True)
class Run:
    """Say how to run an export."""

    snipcart: SnipcartClient
    everything: Window
    place: Place
    form: Format
    concurrency: int
    resume: bool
    overwrite: bool
    strict: bool
    on_progress: OnProgress | None

    @classmethod
    def to(
        cls,
        snipcart: SnipcartClient,
        path: str | os.PathLike[str],
        form: str | Format | None,
        *,
        created_from: date | None,
        created_to: date | None,
        status: CustomerStatus | str | None,
        name: str | None,
        concurrency: int,
        resume: bool,
        overwrite: bool,
        strict: bool,
        on_progress: OnProgress | None,
    ) -> Self:
        """Check what can be checked before anything is asked.

        Raises:
            ConfigurationError: A filter, the path, the format or the concurrency is unusable.
        """
        everything = whole_range(snipcart, created_from=created_from, created_to=created_to, status=status, name=name)
        del name  # personal data: a traceback shall not show it
        target = Path(path)
        chosen, problem = choose_format(target, form)
        if chosen is None or (problem := count_problem("concurrency", concurrency)):
            raise ConfigurationError(problem)
        return cls(
            snipcart=snipcart,
            everything=everything,
            place=Place(target),
            form=chosen,
            concurrency=concurrency,
            resume=resume,
            overwrite=overwrite,
            strict=strict,
            on_progress=on_progress,
        )
