"""OpenTelemetry: however a call ends, its spans end with it, say how, and leave nothing current."""

import asyncio
import gc
from itertools import count
from typing import Any

import pytest
from opentelemetry.trace import SpanKind

from snipcart_async import Request, Response, RetryPolicy, SnipcartClient
from snipcart_async.errors import DeadlineExceededError, DecodeError, NotFoundError
from snipcart_async.testing import FakeSnipcart

from ..cancellation import Cancellation
from ..scripted import CUSTOMER_ID, reply
from ..test_cancelling import Call, delete, get, update, walk
from ..test_reading_ahead import PAGE, shop_of
from .tracing import LIST, Node, Tracing, attempt, call, client, ended_by, met, scripted, undisturbed

CUT_OFF: dict[str, Any] = {"error.type": "CancelledError", "snipcart.attempt.reason": "cut off"}


@pytest.mark.parametrize(
    ("answer", "error", "tree"),
    [
        (
            reply(status=404),
            NotFoundError,
            call(attempt(failed=True, **met(404)), failed=True, **ended_by("NotFoundError")),
        ),
        (reply({}), DecodeError, call(attempt(**met(200)), failed=True, **ended_by("DecodeError"))),
        (
            reply(b"{"),
            DecodeError,
            call(
                attempt(failed=True, **met(200, "answer not whole"), **ended_by("answer not whole")),
                failed=True,
                **ended_by("DecodeError"),
            ),
        ),
    ],
    ids=["refused", "wrong", "cut off"],
)
async def test_a_call_that_fails_says_with_what(
    tracing: Tracing, answer: Response, error: type[Exception], tree: Node
) -> None:
    """An attempt fails by its status, or where no whole answer came; a call fails where it raises."""
    with pytest.raises(error), undisturbed():
        await scripted(tracing, answer, retry=RetryPolicy(max_attempts=1)).customers.get(CUSTOMER_ID)

    assert tracing.trees() == [tree]


async def test_what_was_handled_is_no_failure_of_the_call(tracing: Tracing) -> None:
    """To delete who is gone already, where that is fine, is a call that did what it should."""
    await scripted(tracing, reply(status=404)).customers.delete(CUSTOMER_ID, missing_ok=True)
    [tree] = tracing.trees()

    assert (tree.failed, tree.children[0].failed) == (False, True)


class Never:
    """Wait for ever."""

    async def send(self, request: Request) -> Response:
        """Answer nothing."""
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_deadline_fails_the_call_not_the_attempt_that_it_cut_off(tracing: Tracing) -> None:
    """Nobody knows what the attempt would have met."""
    snipcart = SnipcartClient("key", transport=Never(), observers=[tracing.observer()], deadline=0.02)
    with pytest.raises(DeadlineExceededError), undisturbed():
        await snipcart.customers.get(CUSTOMER_ID)

    assert tracing.trees() == [call(attempt(**CUT_OFF), failed=True, **ended_by("DeadlineExceededError"))]


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
@pytest.mark.parametrize("use", [get, walk, update, delete])
async def test_a_call_that_is_cancelled_at_any_wait_ends_its_spans(
    fake_snipcart: FakeSnipcart, use: Call, *, late: bool
) -> None:
    """It is no failure, and leaves nothing current, nothing open and nothing remembered."""
    for nth, customer_id in zip(count(1), fake_snipcart.shop.customer_ids()):
        tracing = Tracing()
        observer = tracing.observer()
        cancellation = Cancellation(nth, late=late)
        if not fake_snipcart.planned:
            fake_snipcart.fail_next()
        async with client(fake_snipcart, observer, max_concurrency=1) as snipcart:
            with undisturbed():
                ended = await cancellation.end(use(snipcart, customer_id))

        assert {node.kind for node in tracing.trees()} <= {SpanKind.INTERNAL}
        assert [node.failed for node in tracing.trees()] == [False] * len(tracing.trees())
        assert (len(observer._calls), len(observer._attempts)) == (0, 0)
        if not cancellation.struck:
            break

    assert ended.exception() is None
    assert nth > 3


async def test_a_walk_left_early_ends_all_spans_each_below_the_callers(tracing: Tracing) -> None:
    """Pages read ahead are asked for in tasks of their own; their spans know where they belong all the same."""
    with tracing.tracer.start_as_current_span("walk"), undisturbed():
        pages = scripted(tracing, *shop_of(8).answers).customers.list(limit=PAGE).pages(4)
        for _ in range(2):
            await anext(pages)
        await asyncio.sleep(0.3)
        await pages.aclose()

    [tree] = tracing.trees()
    answered = attempt(about=LIST, **met(200))
    left = call(answered, about=LIST, **ended_by("CancelledError"))
    assert tree.children[:2] == [call(answered, about=LIST)] * 2
    assert tree.children[2:] == [left] * 6
    paused = tracing.values("snipcart.call.paused")
    assert len([seconds for seconds in paused if seconds > 0.25]) == 6
    assert max(point.max for point in tracing.points("snipcart.client.call.duration")) < 0.25


async def test_a_walk_that_is_forgotten_ends_all_spans(tracing: Tracing) -> None:
    """The garbage collector closes it in another task, to which its spans mean nothing."""

    async def walk_and_forget() -> None:
        cycle: list[object] = []
        cycle += [cycle, pages := scripted(tracing, *shop_of(8).answers).customers.list(limit=PAGE).pages(4)]
        await anext(pages)
        await anext(pages)

    tasks = asyncio.all_tasks()
    await walk_and_forget()
    gc.collect()
    while asyncio.all_tasks() != tasks:  # noqa: ASYNC110 - nobody tells when it is
        await asyncio.sleep(0.001)

    assert len(tracing.trees()) == 8


def test_a_call_that_its_loop_gave_up_ends_its_spans_anywhere(tracing: Tracing) -> None:
    """Its coroutine is closed by whoever comes past, whose own span stays current."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # it says that a task was destroyed, as is meant here
    snipcart = SnipcartClient("key", transport=Never(), observers=[tracing.observer()])
    task = loop.create_task(snipcart.customers.get(CUSTOMER_ID))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    with tracing.tracer.start_as_current_span("elsewhere"), undisturbed():
        del task, loop, snipcart
        gc.collect()
        given_up = ended_by("GeneratorExit")

        assert call(attempt(**given_up), **given_up) in tracing._below(None)

    tracing.trees()


async def test_what_no_transport_should_raise_ends_the_attempt_too(tracing: Tracing) -> None:
    """The attempt is not left open."""

    def break_down(_: Request) -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), undisturbed():
        await scripted(tracing, break_down).customers.get(CUSTOMER_ID)

    broken = ended_by("ZeroDivisionError")
    assert tracing.trees() == [call(attempt(failed=True, **broken), failed=True, **broken)]
