"""Reading a window: proven by counts, or honest about it, whatever the shop does meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import SnipcartClient
from snipcart_async.errors import PaginationError
from snipcart_async.export import Window, plan_customers, read_window
from tests.scripted import ScriptedTransport, reply

from .asking import ids, read_all, spell, spread
from .tiny_shop import NOW, Habits, TinyShop

KEY = "key"
BASE = "http://127.0.0.1/api"


def client(transport: Any) -> SnipcartClient:
    """Build a client that asks through a transport."""
    return SnipcartClient(KEY, base_url=BASE, transport=transport)


habits = st.builds(
    Habits,
    cap=st.sampled_from([7, 20, 100, 100]),
    descending=st.booleans(),
    stable=st.booleans(),
    sorted=st.sampled_from([True, True, True, False]),
    precision=st.sampled_from(["microsecond", "millisecond", "second", "second", "day"]),
    inclusive=st.booleans(),
    dates_honoured=st.sampled_from([True, True, True, False]),
    says_date=st.sampled_from([True, True, False]),
    inserts=st.sampled_from([0, 0.2, 0.5]),
    deletes=st.sampled_from([0, 0.05, 0.2, 1]),
    flips=st.sampled_from([0, 0.3]),
    pace=st.sampled_from([0.05, 0.5, 3]),
)


def draw_dates(luck: Random, count: int) -> list[datetime | None]:
    """Draw dates as shops have them: evenly, in clusters, in bursts, or just now; sometimes none."""
    days = luck.choice([1, 30, 4000])
    kind = luck.choice(["even", "clusters", "burst", "dense", "now"])

    def draw() -> datetime | None:
        if luck.random() < 0.002:
            return None
        share = luck.random()
        seconds = {
            "even": share * days * 86_400,
            "clusters": luck.choice([0.1, 0.5, 0.9]) * days * 86_400 + share * luck.choice([1, 10, 3000]),
            "burst": days * 43_200.0 if luck.random() < 0.5 else share * days * 86_400,
            "dense": 100 + share * count / 5,
            "now": share * 5,
        }[kind]
        moment = NOW - timedelta(seconds=seconds)
        return moment.replace(microsecond=0) if luck.random() < 0.5 else moment

    return [draw() for _ in range(count)]


@given(habits, st.integers(0, 400), st.integers(0, 2**32), st.sampled_from([None, None, "Confirmed"]))
async def test_windows_that_say_proven_have_missed_nobody(
    habit: Habits, count: int, seed: int, status: str | None
) -> None:
    """Whatever a shop does: when all its windows are proven, who was there all the time was read, and read once."""
    shop = TinyShop(draw_dates(Random(seed), count), habit, seed)
    at_first = set(shop.people)
    async with client(shop) as snipcart:
        try:
            plan = await plan_customers(snipcart, status=status)
            results = [await read_window(snipcart, window) for window in plan.windows]
        except PaginationError:  # it gave up, and said so
            return

    dated = [customer.id for result in results for customer in result.customers]
    assert len(dated) == len(set(dated))
    if all(result.proven for result in results):
        there = {guid for guid, created in shop.faithful(confirmed=status is not None).items() if created}
        assert not (at_first & there) - set(dated)


@pytest.mark.parametrize("descending", [False, True])
async def test_each_page_is_proven_by_the_count_of_the_next(descending: bool) -> None:  # noqa: FBT001 - a case
    """In a shop at rest every page is asked for once, and the present once more."""
    shop = TinyShop(spread(450), Habits(descending=descending), 1)
    result = await read_all(shop)

    assert result.proven
    assert ids(result) == set(shop.people)
    assert result.requests == shop.requests == 6


async def test_one_answer_that_shows_everybody_is_enough() -> None:
    """A shop of one page costs one request."""
    shop = TinyShop(spread(100), Habits(), 1)
    result = await read_all(shop)

    assert (result.proven, len(ids(result)), shop.requests) == (True, 100, 1)
    assert result.settled is not None
    assert timedelta(seconds=4) <= NOW - result.settled <= timedelta(seconds=5)


async def test_a_page_that_left_somebody_out_is_read_again() -> None:
    """Who hides between two pages is not missed: the counts do not add up, and the page is asked for again."""
    dates = spread(250)
    last_shown = dates[-100]
    assert last_shown is not None
    shop = TinyShop([*dates, last_shown.replace(microsecond=0) + timedelta(seconds=1, milliseconds=500)], Habits(), 1)
    result = await read_all(shop)

    assert result.proven
    assert ids(result) == set(shop.people)


async def test_a_second_with_more_than_a_page_takes_a_clean_pass() -> None:
    """Where time cannot be cut any finer, one pass through all pages in which nothing changed is proof."""
    burst: list[datetime | None] = [NOW - timedelta(days=9)] * 350
    shop = TinyShop([*spread(50), *burst], Habits(), 1)
    result = await read_all(shop)

    assert result.proven
    assert ids(result) == set(shop.people)


async def test_ties_that_never_rest_are_named() -> None:
    """When pages of the same second never agree, the report names that second, and keeps whom it saw."""
    burst: list[datetime | None] = [datetime(2026, 1, 2, 3, 4, 15, tzinfo=UTC)] * 350
    shop = TinyShop(burst, Habits(stable=False), 1)
    result = await read_all(shop)

    assert not result.proven
    assert ids(result) <= set(shop.people)
    assert "from 2026-01-02T03:04:13Z until 2026-01-02T03:04:18Z: the list kept changing" in " ".join(result.doubts)


async def test_days_where_seconds_were_asked_for_take_two_equal_passes() -> None:
    """A server that rounds dates to days shows more than was asked for; that is noticed, and everybody is read."""
    shop = TinyShop(spread(250, days=2), Habits(precision="day"), 1)
    result = await read_all(shop)

    assert result.proven
    assert ids(result) == set(shop.people)


async def test_days_that_are_cut_off_are_noticed() -> None:
    """A server that leaves the days asked for out shows less than there is; then it is asked without dates."""
    shop = TinyShop(spread(250, days=2), Habits(precision="day", inclusive=False), 1)
    result = await read_all(shop)

    assert result.proven
    assert ids(result) == set(shop.people)


async def test_a_window_without_dates_keeps_only_its_own() -> None:
    """An undated window asks for all, and gives whom it owns."""
    shop = TinyShop(spread(150), Habits(dates_honoured=False), 1)
    middle = (NOW - timedelta(days=1500)).replace(microsecond=0)
    result = await read_all(shop, Window(since=spell(middle), dated=False))

    assert result.proven
    assert ids(result) == {guid for guid, person in shop.people.items() if person.created and person.created >= middle}


async def test_a_filter_that_customers_come_into() -> None:
    """With a status, who never changed it is there, however many others change theirs meanwhile."""
    shop = TinyShop(spread(500), Habits(flips=0.3), 1)
    result = await read_all(shop, Window(status="Confirmed"))

    assert result.proven
    assert set(shop.faithful(confirmed=True)) <= ids(result)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("status", [None, "Confirmed"])
@pytest.mark.parametrize("every", [0.1, 1.0, 4.0, 40_000.0])
async def test_a_window_at_rest_costs_little_more_than_its_pages(
    every: float, status: str | None, *, descending: bool
) -> None:
    """However close the customers came upon each other, filtered or not, nobody is missed, and few pages come twice."""
    start = NOW - timedelta(seconds=every * 2000 + 3600)
    dates: list[datetime | None] = [start + place * timedelta(seconds=every) for place in range(2000)]
    shop = TinyShop(dates, Habits(descending=descending), 1)
    result = await read_all(shop, Window(status=status))

    assert result.proven
    assert set(shop.faithful(confirmed=status is not None)) == ids(result)
    assert result.requests <= (1.3 if every > 4 else 2.5) * len(result.customers) / 100 + 6


async def test_counts_that_leave_the_filter_out_end_the_reading() -> None:
    """A server that counts everybody whatever the filter contradicts itself, and is not asked for ever."""
    shop = TinyShop(spread(500), Habits(total_of_all=True), 1)
    with pytest.raises(PaginationError, match="500 items in all, but none from offset"):
        await read_all(shop, Window(status="Confirmed"))

    assert shop.requests < 100


async def test_customers_who_come_faster_than_they_are_read() -> None:
    """A present that never fits on a page is not claimed."""
    now: list[datetime | None] = [NOW - timedelta(seconds=1)] * 50
    shop = TinyShop([*spread(50), *now], Habits(cap=20, inserts=30, pace=0.01), 1)
    result = await read_all(shop)

    assert any("more came than could be read meanwhile" in doubt for doubt in result.doubts)


async def test_customers_without_a_date_are_told_apart() -> None:
    """Who has no creation date is given apart, and never proven to be all."""
    shop = TinyShop([*spread(120), None, None], Habits(), 1)
    result = await read_all(shop)

    assert (len(result.customers), len(ids(result))) == (120, 122) or len(result.undated) < 2
    assert not result.proven


async def test_hidden_customers_are_counted() -> None:
    """Who is on no page by date, yet counted without dates, makes the window unproven, in words with the number."""
    shop = TinyShop([*spread(250), None, None, None], Habits(), 1)
    result = await read_all(shop)

    assert "Snipcart counts 3 more than it lists by date" in result.doubts[0]


async def test_no_count_no_proof() -> None:
    """Without totalItems all pages are read, and nothing is claimed."""
    shop = TinyShop(spread(250), Habits(says_total=False), 1)
    result = await read_all(shop)

    assert ids(result) == set(shop.people)
    assert result.doubts == ("created at any time: Snipcart did not say how many there are",)


async def test_pages_that_contradict_each_other_end_the_reading() -> None:
    """A server that ignores the offset is not taken for a list."""
    item = {"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}
    other = {"id": "3fa85f64-5717-4562-b3fc-2c963f66afa7"}

    def same_again(request: Any) -> Any:
        return reply({"totalItems": 9, "offset": int(request.params["offset"]), "items": [item, other]})

    async with client(ScriptedTransport(same_again)) as snipcart:
        with pytest.raises(PaginationError, match="pages repeat"):
            await read_window(snipcart, Window())


async def test_a_window_travels_as_json() -> None:
    """A window that went through JSON reads the same customers."""
    shop = TinyShop(spread(2500), Habits(), 1)
    async with client(shop) as snipcart:
        plan = await plan_customers(snipcart)
        travelled = [Window(**json.loads(json.dumps(attrs.asdict(window)))) for window in plan.windows]
        reads = [partial(read_window, snipcart, window) for window in travelled]
        results = [await read() for read in reads]

    assert travelled == [*plan.windows]
    assert set().union(*map(ids, results)) == set(shop.people)
    assert all(result.proven for result in results)


async def test_a_repaired_text_is_counted() -> None:
    """A lone surrogate becomes U+FFFD, and the result says that something was repaired."""
    body = b'{"totalItems": 1, "items": [{"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "email": "a\\ud800b"}]}'
    async with client(ScriptedTransport(reply(body))) as snipcart:
        result = await read_window(snipcart, Window())

    assert result.repaired == 1
    assert result.undated[0].email == "a\ufffdb"
