"""The gate, the spacing and the queue: one client never asks more than it may."""

import asyncio

import attrs
import pytest

from snipcart_async import RateLimit, Request, Response
from snipcart_async.errors import ConfigurationError, DeadlineExceededError, RateLimitError, TransportError
from snipcart_async.pacing import Gate, PacedTransport, Slot
from snipcart_async.request import Call

from .scripted import FakeClock, ScriptedTransport, reply

GET = Request.to("GET", "/customers")
LIMITED = reply(status=429, headers={"Retry-After": "2"})


def paced(inner: ScriptedTransport, clock: FakeClock, rate: RateLimit | None = None) -> PacedTransport:
    """Build a paced transport on a clock of ours."""
    return PacedTransport(inner, Gate(rate, clock=clock), sleep=clock.sleep, clock=clock)


async def test_a_429_with_retry_after_closes_the_gate_for_everybody() -> None:
    """The next request, whoever sends it, waits as long as Snipcart asked."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(LIMITED, reply({})), clock)
    await transport.send(GET)
    await transport.send(GET)

    assert clock.slept == [2.0]


@pytest.mark.parametrize("answer", [reply(status=429), reply(status=429, headers={"Retry-After": "soon"})], ids=str)
async def test_a_429_without_a_valid_retry_after_leaves_the_gate_open(answer: Response) -> None:
    """Without an instruction only the caller backs off, not the whole client."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(answer), clock)
    await transport.send(GET)
    await transport.send(GET)

    assert clock.slept == []


@pytest.mark.parametrize("patience", [60.0, 300.0])
async def test_an_absurd_retry_after_closes_the_gate_only_as_long_as_the_call_would_wait(patience: float) -> None:
    """One hostile header does not stop a client for good."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(reply(status=429, headers={"Retry-After": "99999"}), reply({})), clock)
    await transport.send(attrs.evolve(GET, call=Call(method="GET", path="/customers", patience=patience)))
    await transport.send(GET)

    assert [patience] == clock.slept


async def test_a_caller_whose_deadline_ends_sooner_is_told_at_once() -> None:
    """Nobody waits at the gate only to be too late; nothing is sent for them."""
    clock = FakeClock()
    inner = ScriptedTransport(LIMITED, reply({}))
    transport = paced(inner, clock)
    await transport.send(GET)
    with pytest.raises(RateLimitError, match="not sent") as caught:
        await transport.send(attrs.evolve(GET, call=Call(method="GET", path="/customers", expires=clock() + 1)))

    assert (caught.value.retry_after, caught.value.status) == (2.0, 429)
    assert (clock.slept, len(inner.requests)) == ([], 1)


async def test_a_caller_with_enough_time_waits_at_the_gate() -> None:
    """A deadline that ends later than the gate opens changes nothing."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(LIMITED, reply({})), clock)
    await transport.send(GET)
    call = Call(method="GET", path="/customers", expires=clock() + 10)
    await transport.send(attrs.evolve(GET, call=call))

    assert ([2.0], clock.now) == (clock.slept, call.on_wire_since)


def waits(gate: Gate, count: int) -> list[float]:
    """Take slots, and give how long each is away."""
    return [slot.wait for slot in (gate.take_slot() for _ in range(count)) if slot]


def test_a_gate_without_a_limit_gives_no_turn_that_is_over() -> None:
    """A call whose time has run out unnoticed is not sent, limit or not."""
    gate = Gate(clock=lambda: 5.0)

    assert gate.take_slot(4.0) is None
    assert gate.take_slot(5.0) == Slot()


def probing(clock: FakeClock) -> tuple[Gate, Slot]:
    """Build a gate that was closed, and whose probe is on its way."""
    gate = Gate(clock=clock)
    gate.close(2.0)
    clock.now += 2.0
    slot = gate.take_slot()
    assert slot is not None
    return gate, slot


def test_after_a_pause_one_request_probes_and_the_rest_follow_spaced() -> None:
    """The first one through is alone until it is answered; then they come one by one."""
    clock = FakeClock()
    gate, probe = probing(clock)

    assert probe == Slot(wait=0.0, probe=True)
    assert gate.closed_for > 0

    gate.ended(probe, answered=True)

    assert gate.closed_for == 0.0
    assert waits(gate, 3) == pytest.approx([0.0, 0.05, 0.1])

    clock.now += 10

    assert waits(gate, 3) == [0.0, 0.0, 0.0]


async def test_nobody_keeps_a_place_while_the_gate_is_closed() -> None:
    """Who is queued behind one that waits is told at once, too, that their deadline ends sooner."""
    clock = FakeClock()
    answered = asyncio.Event()

    class Slow(ScriptedTransport):
        async def send(self, request: Request) -> Response:
            await answered.wait()
            return await super().send(request)

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    transport = PacedTransport(Slow(LIMITED), Gate(clock=clock), max_concurrency=1, sleep=never, clock=clock)
    first = asyncio.create_task(transport.send(GET))
    patient = asyncio.create_task(transport.send(GET))
    hurried = asyncio.create_task(
        transport.send(attrs.evolve(GET, call=Call(method="GET", path="/customers", expires=clock() + 1)))
    )
    await asyncio.sleep(0)
    answered.set()
    with pytest.raises(RateLimitError, match="not sent"):
        await asyncio.wait_for(hurried, 5)

    assert (await first).status == 429
    assert not patient.done()
    patient.cancel()
    await asyncio.gather(patient, return_exceptions=True)


async def test_who_leaves_the_queue_takes_nothing_along() -> None:
    """However many callers give up while they wait for their turn, the next one waits for the first turn only."""
    clock = FakeClock()
    inner = ScriptedTransport(reply({}), reply({}))
    gate = Gate(RateLimit(1, per=1.0), clock=clock)

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    impatient = PacedTransport(inner, gate, sleep=never, clock=clock)
    await impatient.send(GET)
    leaving = [asyncio.create_task(impatient.send(GET)) for _ in range(40)]
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    await PacedTransport(inner, gate, sleep=clock.sleep, clock=clock).send(GET)

    assert clock.slept == [1.0]
    assert len(inner.requests) == 2


def test_a_place_that_was_given_back_is_given_once() -> None:
    """Those behind keep theirs, and two never come at the same moment."""
    clock = FakeClock()
    gate = Gate(RateLimit(1, per=1.0), clock=clock)
    slots = [slot for slot in (gate.take_slot() for _ in range(5)) if slot]
    gate.give_back(slots[2])
    gate.give_back(slots[3])

    assert waits(gate, 3) == [2.0, 3.0, 5.0]

    gate.give_back(slots[1])
    clock.now += 1.5

    assert waits(gate, 1) == [4.5]


def test_only_the_probe_ends_the_probing() -> None:
    """A request that was under way when the gate closed proves nothing by its end."""
    clock = FakeClock()
    gate, probe = probing(clock)
    gate.ended(Slot(), answered=True)

    assert gate.closed_for > 0

    gate.ended(probe, answered=False)

    assert gate.take_slot() == Slot(wait=0.0, probe=True)


def test_a_probe_that_is_never_answered_does_not_block_for_ever() -> None:
    """After ten seconds somebody else may try."""
    clock = FakeClock()
    gate, _ = probing(clock)

    assert gate.closed_for > 0

    clock.now += 10.0

    assert gate.closed_for == 0.0


def test_a_second_429_closes_the_gate_again_and_never_shortens_a_pause() -> None:
    """The longest instruction counts."""
    clock = FakeClock()
    gate = Gate(clock=clock)
    gate.close(5.0)
    gate.close(1.0)

    assert gate.closed_for == 5.0


async def test_a_probe_that_is_cancelled_leaves_its_part_to_the_next() -> None:
    """Whoever gives up while probing neither opens the gate nor keeps it closed."""
    clock = FakeClock()
    gate = Gate(clock=clock)
    gate.close(0.0)
    on_wire = asyncio.Event()

    class Hanging:
        async def send(self, request: Request) -> Response:
            on_wire.set()
            await asyncio.Event().wait()
            raise AssertionError

    probe = asyncio.create_task(PacedTransport(Hanging(), gate, clock=clock).send(GET))
    await on_wire.wait()

    assert gate.closed_for > 0

    probe.cancel()
    await asyncio.wait([probe])

    assert gate.closed_for == 0.0
    assert gate.take_slot() == Slot(wait=0.0, probe=True)


def test_a_429_in_one_event_loop_closes_the_gate_in_all() -> None:
    """Snipcart counts requests by key, not by loop."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(LIMITED, reply({})), clock)
    for _ in range(2):
        asyncio.run(transport.send(GET))

    assert clock.slept == [2.0]


async def test_a_rate_limit_spaces_requests_evenly() -> None:
    """Four requests a second are a quarter of a second apart, the first at once."""
    clock = FakeClock()
    transport = paced(ScriptedTransport(reply({})), clock, RateLimit(4, per=1.0))
    for _ in range(3):
        await transport.send(GET)

    assert pytest.approx(clock.slept) == [0.25, 0.25]


async def test_a_gate_that_closes_while_a_request_waits_for_its_slot_holds_it_back() -> None:
    """A slot taken before the 429 is no ticket past it."""
    clock = FakeClock()
    inner = ScriptedTransport(reply({}))
    gate = Gate(RateLimit(1, per=10.0), clock=clock)

    async def sleep(seconds: float) -> None:
        if not clock.slept:
            gate.close(60.0)
        await clock.sleep(seconds)

    transport = PacedTransport(inner, gate, sleep=sleep, clock=clock)
    await transport.send(GET)
    await transport.send(GET)

    assert clock.slept == [10.0, 50.0]


async def test_a_gate_that_closes_while_a_request_queues_holds_it_back() -> None:
    """Who got a place in the queue before the 429 still waits for the gate."""
    clock = FakeClock()
    gate = Gate(clock=clock)
    first_on_wire = asyncio.Event()
    answer_first = asyncio.Event()

    class Slow:
        async def send(self, request: Request) -> Response:
            if not first_on_wire.is_set():
                first_on_wire.set()
                await answer_first.wait()
                return LIMITED
            return reply({})

    transport = PacedTransport(Slow(), gate, max_concurrency=1, sleep=clock.sleep, clock=clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(transport.send(GET))
        await first_on_wire.wait()
        tasks.create_task(transport.send(GET))
        await asyncio.sleep(0)
        answer_first.set()

    assert clock.slept == [2.0]


async def test_no_more_requests_are_on_their_way_than_allowed() -> None:
    """`max_concurrency` bounds what the transport is asked at a time."""
    running = peak = 0

    class Counting:
        async def send(self, request: Request) -> Response:
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0.001)
            running -= 1
            return reply({})

    transport = PacedTransport(Counting(), Gate(), max_concurrency=3)
    await asyncio.gather(*(transport.send(GET) for _ in range(20)))

    assert peak == 3


async def test_a_failed_request_frees_its_place_and_ends_the_probe() -> None:
    """Neither the queue nor the gate remembers a request that broke."""
    clock = FakeClock()
    gate = Gate(clock=clock)
    gate.close(1.0)
    inner = ScriptedTransport(TransportError("gone"), reply({}))
    transport = PacedTransport(inner, gate, max_concurrency=1, sleep=clock.sleep, clock=clock)
    with pytest.raises(TransportError):
        await transport.send(GET)

    assert (await transport.send(GET)).status == 200
    assert gate.closed_for == 0.0


async def test_a_turn_beyond_the_deadline_is_refused_at_once_and_left_to_others() -> None:
    """Whoever cannot wait for the spacing takes no place in it."""
    clock = FakeClock()
    inner = ScriptedTransport(reply({}))
    transport = paced(inner, clock, RateLimit(1, per=1.0))

    def hurried() -> Request:
        return attrs.evolve(GET, call=Call(method="GET", path="/customers", expires=clock() + 0.5))

    await transport.send(hurried())
    for _ in range(100):
        with pytest.raises(DeadlineExceededError, match="rate_limit") as caught:
            await transport.send(hurried())

        assert not caught.value.sent

    clock.now += 1.0
    await transport.send(hurried())

    assert len(inner.requests) == 2


def test_each_event_loop_has_a_queue_of_its_own() -> None:
    """The same transport works in one loop after the other."""
    transport = PacedTransport(ScriptedTransport(reply({})), Gate())

    assert [asyncio.run(transport.send(GET)).status for _ in range(2)] == [200, 200]
    assert transport._free.items() == []


@pytest.mark.parametrize(("requests", "per"), [(0, 1.0), (-1, 1.0), (1, 0.0), (1, float("inf")), (1, float("nan"))])
def test_an_impossible_rate_is_refused(requests: int, per: float) -> None:
    """A rate limit that could never let anything through, or everything, is an error."""
    with pytest.raises(ConfigurationError):
        RateLimit(requests, per)


async def test_a_probe_that_ends_after_the_gate_closed_again_opens_it_for_nobody() -> None:
    """Another 429, from a request sent before, asks for a pause of its own and for a probe of its own."""
    clock = FakeClock()
    gate = Gate(clock=clock)
    gate.close(1.0)
    await clock.sleep(1.0)
    probe = gate.take_slot()
    assert probe is not None
    gate.close(5.0)
    gate.ended(probe, answered=True)
    await clock.sleep(5.0)

    assert gate.take_slot() == Slot(probe=True)
