"""Asking for a window: how it is asked, what is kept of each record, and what an answer proves."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import SnipcartClient
from snipcart_async._converter.unstructure import spell_datetime
from snipcart_async.errors import DecodeError, PaginationError
from snipcart_async.export import Window
from snipcart_async.export.answers import Answer, Asker, patient
from snipcart_async.export.window import whole_second
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, ScriptedTransport, reply
from .asking import LONG_AGO, answer_of, client_of
from .tiny_shop import NOW

DATE = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
OTHER_ID = "00000000-0000-0000-0000-000000000001"


async def ask(*items: Any, total: int | None = None, **more: Any) -> Answer:
    """Ask for all, and be answered with these items."""
    body = {"items": items, "totalItems": total, "offset": 0, "limit": 100}
    answer = reply(json.dumps(body).encode(), headers=DATE)
    return await Asker.of(client_of(ScriptedTransport(attrs.evolve(answer, **more)))).ask(Window())


async def test_how_a_window_is_asked_for() -> None:
    """Dates go a second further, filters go along, and the list comes by date, a hundred a page."""
    transport = ScriptedTransport(reply({"items": [], "totalItems": 0}))
    asker = Asker.of(client_of(transport))
    window = Window(since="2026-01-01T00:00:00Z", until="2026-01-02T00:00:00.5Z", status="Confirmed", name="a")
    await asker.ask(window)
    await asker.ask(attrs.evolve(window, dated=False), offset=7, limit=1)
    filters = {"status": "Confirmed", "name": "a", "orderBy": "Date"}
    dates = {"from": "2025-12-31T23:59:59Z", "to": "2026-01-02T00:00:01.5Z"}

    assert [request.params for request in transport.requests] == [
        filters | dates | {"offset": "0", "limit": "100"},
        filters | {"offset": "7", "limit": "1"},
    ]


async def test_every_request_is_counted() -> None:
    """What had to be asked twice costs two."""
    transport = ScriptedTransport(reply(status=503, headers={"Retry-After": "0"}), reply({"items": []}))
    asker = Asker.of(client_of(transport))
    await asker.ask(Window())
    await asker.ask(Window())

    assert asker.requests == len(transport.requests) == 3


def test_an_export_has_time() -> None:
    """No deadline, ten tries, and a wait of minutes if Snipcart asks for it."""
    options = patient(client_of(ScriptedTransport(reply({}))))._options

    assert (options.deadline, options.retry.max_attempts, options.retry.max_retry_after) == (None, 10, 300)


async def test_a_page_from_elsewhere_is_refused() -> None:
    """An answer that begins at another offset than asked for says so."""
    asker = Asker.of(client_of(ScriptedTransport(reply({"items": [], "offset": 0}))))
    with pytest.raises(PaginationError, match=r"GET /customers: asked for offset 100, got 0"):
        await asker.ask(Window(), offset=100)


async def test_a_list_that_is_none_is_refused() -> None:
    """Without items it is no page, and nothing is proven by it."""
    with pytest.raises(DecodeError, match=r"\$.items"):
        await Asker.of(client_of(ScriptedTransport(reply({})))).ask(Window())


async def test_a_customer_is_read() -> None:
    """A record has the customer, and what tells it from others: the id, in lower case."""
    answer = await ask({"id": CUSTOMER_ID.upper(), "creationDate": "2026-01-01T00:00:00.123Z"}, total=1)
    record = answer.page[0]

    assert record.customer is not None
    assert (record.key, record.customer.id, record.problems) == (CUSTOMER_ID, CUSTOMER_ID, ())
    assert [datetime(2026, 1, 1, 0, 0, 0, 123_000, UTC)] == answer.dates
    assert (answer.total, answer.whole, record.repaired) == (1, True, False)


async def test_what_cannot_be_read_keeps_what_can() -> None:
    """A broken customer is a document with its problems, known by id and date where these can be read."""
    broken = {"id": CUSTOMER_ID.upper(), "creationDate": "2026-01-01T00:00:00Z", "email": 7, "x": "canary"}
    answer = await ask({"id": OTHER_ID}, broken)
    record = answer.page[1]

    assert record.customer is None
    assert (record.key, record.created) == (CUSTOMER_ID, datetime(2026, 1, 1, tzinfo=UTC))
    assert record.problems == ("$.items[1].email: expected text, got a number",)
    assert record.document == broken
    assert "canary" not in repr(record)


@pytest.mark.parametrize(
    "item", [None, 7, [], "text", {}, {"id": None}, {"id": "7", "creationDate": "soon"}, {"email": "\ud800"}], ids=repr
)
async def test_what_has_no_id_is_known_by_all_of_it(item: Any) -> None:
    """The same document is the same record, another one is another."""
    answer = await ask(item, item, {"other": item}, total=3)

    assert answer.page[0].key == answer.page[1].key != answer.page[2].key
    assert len(answer.keys) == 2
    assert not answer.whole
    assert answer.dates == []
    assert all(record.customer is None and record.problems for record in answer.page)


async def test_a_document_that_no_file_can_hold_is_left_out() -> None:
    """What is nested without end is a reject without its document."""
    deep: Any = None
    for _ in range(200):
        deep = [deep]
    (record,) = (await ask({"id": CUSTOMER_ID, "deep": deep})).page

    assert record.document is None
    assert record.problems == ("$.items[0]: nested too deeply",)


@pytest.mark.parametrize(
    ("name", "repaired"),
    [("a\ud800b", True), ("\ud83d\ude00", False), ("\\ud800", False), ("plain", False)],
    ids=["lone surrogate", "emoji as a pair", "looks like one", "plain"],
)
async def test_repaired_text_is_noticed(name: str, *, repaired: bool) -> None:
    """Only a customer whose text no file could hold counts as repaired."""
    item = f'{{"items":[{{"id":"{CUSTOMER_ID}","email":"{name.encode("unicode-escape").decode()}"}}]}}'
    (record,) = (await ask(content=item.encode())).page

    assert record.customer is not None
    assert record.repaired is repaired


async def test_one_repair_says_nothing_of_the_others() -> None:
    """On the same page, the customers with good text are as they came."""
    answer = await ask(
        {"id": CUSTOMER_ID, "email": "ä"},
        content=(
            b'{"items":[{"id":"%b","email":"\\ud800"},{"id":"%b","email":"\\ud83d\\ude00"}]}'
            % (CUSTOMER_ID.encode(), OTHER_ID.encode())
        ),
    )

    assert [record.repaired for record in answer.page] == [True, False]


async def test_who_existed_when_snipcart_answered() -> None:
    """Snipcart's own clock counts, less four seconds and as long as it took; without it ours, less five minutes."""
    answered, silent = await ask(), await ask(headers={}, received=NOW.timestamp() + 0.9)

    assert timedelta(seconds=4) <= NOW - answered.settled <= timedelta(seconds=5)
    assert timedelta(seconds=303) <= NOW - silent.settled <= timedelta(seconds=305)


async def test_snipcart_may_have_looked_as_soon_as_it_was_asked() -> None:
    """As long as an answer took, so much earlier lies what it is sure to show."""
    async with (
        FakeSnipcart(1, latency=1.1) as fake,
        SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart,
    ):
        answer = await Asker.of(snipcart).ask(Window())

    assert answer.settled <= datetime.now(UTC) - timedelta(seconds=5)


seconds = st.lists(st.integers(0, 9), min_size=1, max_size=6)


@given(seconds=seconds, fractions=st.lists(st.integers(0, 999_999), min_size=6, max_size=6))
def test_order_is_by_second(seconds: list[int], fractions: list[int]) -> None:
    """A page is in order if its seconds are: within a second anybody may come first."""
    start = whole_second(LONG_AGO)
    dates = [start + timedelta(seconds=s, microseconds=f) for s, f in zip(seconds, fractions, strict=False)]
    answer = answer_of([*dates])

    assert answer.ascending == (sorted(seconds) == seconds)
    assert answer.descending == (sorted(seconds, reverse=True) == seconds)


def test_nothing_is_in_no_order() -> None:
    """A page without dates shows no end of anything."""
    assert not answer_of([None]).ascending
    assert not answer_of([]).descending


REST = Window(since=spell_datetime(NOW + timedelta(seconds=3)))


@pytest.mark.parametrize(
    ("total", "seconds", "behind", "expected"),
    [
        (5, [0, 0.5], 3, True),
        (6, [0, 0.5], 3, False),
        (2, [0, 0.5], None, True),
        (None, [0, 0.5], 3, False),
        (4, [0, 10], 3, True),  # the rest counts the other one
        (5, [0, 10], 3, False),
        (5, [0, 2.5], 3, False),  # the rest may count the other one
        (5, [0, None], 3, False),  # nobody knows
    ],
    ids=str,
)
def test_a_page_and_the_rest_add_up(
    total: int | None, seconds: list[float | None], behind: int | None, *, expected: bool
) -> None:
    """Nobody else was counted if both add up, and everybody shown is known to be on one side, and only there."""
    dates = [None if second is None else NOW + timedelta(seconds=second) for second in seconds]

    assert expected == answer_of(dates, total).adds_up(REST, answer_of([], behind))


def test_who_is_shown_twice_stands_in_for_somebody() -> None:
    """A page that repeats a customer proves nothing, however well it adds up."""
    page = answer_of([NOW, NOW], 2)
    twice = attrs.evolve(page.page, items=page.page.items[:1] * 2)

    assert page.adds_up(REST, answer_of([], 0))
    assert not attrs.evolve(page, page=twice).adds_up(REST, answer_of([], 0))
