"""Passes: walks through all pages of a part, again and again, until one shows that nothing changed meanwhile."""

from collections.abc import Awaitable, Callable

from .._walking import Walk
from ..errors import PaginationError
from ..models import Page
from .answers import Answer, Record, lacks_few
from .window import Window

Ask = Callable[[Window, int], Awaitable[Answer]]

_NO_TOTAL = "Snipcart did not say how many there are"
_UNCLEAN = "the list kept changing while it was read"


async def doubt_passes(ask: Ask, part: Window, *, past: bool, passes: int) -> str:
    """Walk so often through all pages, and say why no pass shows that nothing changed meanwhile ("" when one does).

    But for a part of the past, a customer who came in may be counted in the place of one who was missed:
    there, two passes in a row must show the same.
    """
    previous: frozenset[str] = frozenset()
    walked = False
    for tries_left in reversed(range(passes)):
        try:
            answers = await walk(ask, part)
        except PaginationError:  # pages that change may look as if they repeated
            if not (tries_left or walked):
                raise
            previous = frozenset()
            continue
        walked = True
        totals = {answer.total for answer in answers}
        if totals == {None}:
            return _NO_TOTAL
        keys = frozenset[str]().union(*(answer.keys for answer in answers))
        clean = totals == {len(keys)} and len(keys) == sum(len(answer.page) for answer in answers)
        if clean and (past or keys == previous or len(answers) == 1):
            return ""
        previous = keys if clean else frozenset()
    return _UNCLEAN


async def walk(ask: Ask, part: Window) -> list[Answer]:
    """Walk through all pages of a part.

    Raises:
        PaginationError: Snipcart's answers contradict each other.
    """
    answers: list[Answer] = []

    async def fetch(offset: int, _turn: object) -> Page[Record]:
        answers.append(await ask(part, offset))
        return answers[-1].page

    pages = Walk(fetch=fetch, keys=lambda records: [record.key for record in records], error=_pagination_error)
    try:
        while await pages.next_page():
            pass
    except PaginationError:
        if not lacks_few(answers):
            raise
    return answers


def _pagination_error(problem: str) -> PaginationError:
    return PaginationError(problem, method="GET", path="/customers")
