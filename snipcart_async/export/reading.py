"""Reading a window, and proving that nobody in it was left out; docs/explanation/completeness.md has the argument."""

from contextlib import suppress

import attrs

from ..client import SnipcartClient
from ..errors import PaginationError
from .answers import Answer, Asker, Record
from .calibration import filters_to_the_second
from .cutting import cut_behind, cut_in_two, has_gap, is_narrow
from .passes import doubt_passes, walk
from .result import Reject, WindowResult
from .totals import doubt_totals, needs_no_other_bound
from .window import Window

_PASSES = 5
_CHASES = 3
_TOO_FAST = "more came than could be read meanwhile"
_UNDATED = "some customers have no creation date, by which they could be told to be all"


async def read_window(snipcart: SnipcartClient, window: Window) -> WindowResult:
    """Read the customers of a window: `GET /customers`, however many pages that takes.

    Runs anywhere: a window needs to know nothing of the others.

    Raises:
        PaginationError: Snipcart's answers contradict each other.
        SnipcartError: Snipcart could not be asked.
    """
    return await read_on(snipcart, window, None, tried=False)


async def read_on(
    snipcart: SnipcartClient, window: Window, first: Answer | None, *, tried: bool = True
) -> WindowResult:
    """Read a window whose first answer may be known already; where the plan has not `tried` dates out, do so."""
    reader = _Reader(Asker.of(snipcart), trusts_dates=tried and window.bounded)
    try:
        first = reader.gather(first) if first else await reader.ask(window)
        if window.bounded and window.dated and not tried:
            await reader.try_bounds(window, first)
            await reader.try_dates(window, first)
        await reader.read(window, first)
        await reader.compare_totals(window, first)
    except _CoarseDatesError as error:
        first, reader.coarse_dates = error.answer, True
        await reader.pass_until_clean(attrs.evolve(window, dated=False), past=False)
    return reader.result(window, first)


class _CoarseDatesError(Exception):
    """Say that Snipcart does not filter by date to the second: it shows more than was asked for, or less."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@attrs.define(eq=False)
class _Reader:
    """Read a window part by part; whatever an answer shows is gathered, and each part must be proven."""

    _asker: Asker
    _seen: dict[str, Record] = attrs.field(factory=dict)
    _doubts: list[str] = attrs.field(factory=list)
    _trusts_dates: bool = False
    coarse_dates: bool = False

    def gather(self, answer: Answer) -> Answer:
        """Keep what an answer shows, each record as it was read last."""
        self._seen.update((record.key, record) for record in answer.page)
        return answer

    async def ask(self, part: Window, offset: int = 0) -> Answer:
        """Ask for a page of a part, and look whether Snipcart kept to its dates."""
        answer = self.gather(await self._asker.ask(part, offset))
        if not all(map(part.may_show, answer.dates)):
            raise _CoarseDatesError(answer)
        return answer

    async def read(self, window: Window, answer: Answer) -> None:
        """Read a window from its first answer on: the past first, then the present, where customers still come in."""
        if not window.dated or answer.total is None:
            await self.pass_until_clean(window, past=False)
            return
        for _ in range(_CHASES + 1):
            if answer.whole or not window.reaches(answer.settled):
                await self._read_on(window, answer)
                return
            if window.has_inside(answer.settled):
                past, window = window.split(answer.settled)
                reaches_back = any(map(past.owns, answer.dates))
                await self._read_on(past, answer if reaches_back else await self.ask(past))
            answer = await self.ask(window)
        if not answer.whole:
            self._doubts.append(f"{window.label}: {_TOO_FAST}")
            with suppress(PaginationError):
                await walk(self.ask, window)

    async def _read_on(self, part: Window, answer: Answer) -> None:
        """Read page after page.

        An answer that shows everybody whom it counts needs no other proof. Another one is proven by the next,
        which counts everybody behind its page: if both make up the count, nobody else can have been there.
        """
        walked = False
        while not answer.whole:
            shown, rest = cut_behind(answer, part)
            if not (walked or has_gap(answer)):
                walked = True  # once: where it changes too fast for that, page after page costs less
                if await self._passes_once(part, answer):
                    return
            if rest is None:
                await self._read_in_parts(shown, answer)
                return
            behind = await self.ask(rest)
            if not (answer.can_be_proven_by(rest) and answer.adds_up(rest, behind)):
                await self._read_in_parts(shown, answer)
            part, answer = rest, behind

    async def _passes_once(self, part: Window, answer: Answer) -> bool:
        """Try to read a part without cutting it: where customers came close upon each other, cuts cost more."""
        await self.try_dates(part, answer)
        past = answer.came_after(part)
        with suppress(PaginationError):
            return not await doubt_passes(self.ask, part, past=past, passes=1 if past else 2)
        return False

    async def _read_in_parts(self, part: Window, answer: Answer) -> None:
        """Read a part in one answer, or else in smaller and smaller parts, down to what cannot be cut."""
        await self.try_dates(part, answer)
        parts: tuple[Window, ...] = ()
        if not is_narrow(part):
            answer = await self.ask(part)
            parts = () if answer.whole else cut_in_two(answer, part)
        for smaller in parts:
            await self._read_in_parts(smaller, answer)
        if not parts and not answer.whole:
            await self.pass_until_clean(part, past=answer.came_after(part))

    async def pass_until_clean(self, part: Window, *, past: bool) -> None:
        """Walk through all pages again and again, until a pass shows that nothing changed meanwhile."""
        if doubt := await doubt_passes(self.ask, part, past=past, passes=_PASSES):
            self._doubts.append(f"{part.label}: {doubt}")

    async def try_bounds(self, window: Window, answer: Answer) -> None:
        """Look whether one bound of the window means the same without the other."""
        if not await needs_no_other_bound(self._asker, window, answer):
            raise _CoarseDatesError(answer)

    async def try_dates(self, part: Window, answer: Answer) -> None:
        """Look, once, whether Snipcart keeps to dates: an answer that shows too few looks like a whole one."""
        if not self._trusts_dates and not await filters_to_the_second(self._asker, part, answer):
            raise _CoarseDatesError(answer)
        self._trusts_dates = True

    async def compare_totals(self, window: Window, first: Answer) -> None:
        """Doubt what was read by date, unless it is all that Snipcart counted when it was asked without dates."""
        if first.whole or window.bounded or not window.dated or first.total is None:
            return
        read = sum(record.created is None or record.created < first.settled for record in self._seen.values())
        if read >= first.total and not window.filtered:
            return
        await self.try_dates(window, first)
        if doubt := await doubt_totals(self._asker, window, first.settled, read, first.total):
            self._doubts.append(doubt)
            with suppress(PaginationError):
                await walk(self.ask, window)  # who has no date shows here, if anywhere

    def result(self, window: Window, first: Answer) -> WindowResult:
        """Give what was gathered and belongs to the window."""
        own = [record for record in self._seen.values() if record.created is None or window.owns(record.created)]
        undated = tuple(record.customer for record in own if record.created is None and record.customer)
        return WindowResult(
            window=window,
            customers=tuple(record.customer for record in own if record.created and record.customer),
            undated=undated,
            rejects=tuple(
                Reject(key=record.key, created=record.created, problems=record.problems, document=record.document)
                for record in own
                if record.customer is None
            ),
            doubts=(*self._doubts, *([f"{window.label}: {_UNDATED}"] if undated else [])),
            repaired=sum(record.repaired for record in own),
            settled=first.settled if window.reaches(first.settled) else None,
            requests=self._asker.requests,
            coarse_dates=self.coarse_dates,
        )
