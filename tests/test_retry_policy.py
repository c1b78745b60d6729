"""The retry policy decides without clock, network or luck: the whole table, and what must hold always."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import Request, Response, RetryPolicy
from snipcart_async._failure import Attempt
from snipcart_async._faults import Fault, find_fault
from snipcart_async.errors import (
    AttemptTimeoutError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    MismatchError,
    ProtocolError,
    RateLimitError,
    ResponseTooLargeError,
    SnipcartError,
    TransportError,
)
from snipcart_async.retry import Repeat, RetryBudget

from .scripted import reply

GET = Request.to("GET", "/customers")
PUT = Request.to("PUT", "/customers/{id}", "x")
PUT_CART = Request.to("PUT", "/customers/{id}", "x", repeatable=False)
DELETE = Request.to("DELETE", "/customers/{id}", "x")
POST = Request.to("POST", "/orders")
PATCH = Request.to("PATCH", "/orders")
REQUESTS = (GET, PUT, PUT_CART, DELETE, POST, PATCH)

NEVER_SENT = ConnectError("refused")
CERTIFICATE = ConnectError("not trusted", certificate=True)
STALE = TransportError("gone", stale=True)
LOST = TransportError("gone")
SLOW = AttemptTimeoutError("slow")
NOT_HTTP = ProtocolError("garbage")
CUT_OFF = reply(b'{"id":')

# How often each request is tried in all when every attempt meets the same: up to 3, the default.
TABLE = [
    #                              GET PUT CART DELETE POST PATCH
    ("connection refused", NEVER_SENT, (3, 3, 3, 3, 3, 3)),
    ("unsent transport error", TransportError("queue", sent=False), (3, 3, 3, 3, 3, 3)),
    ("certificate", CERTIFICATE, (1, 1, 1, 1, 1, 1)),
    ("429", reply(status=429), (3, 3, 3, 3, 3, 3)),
    ("503", reply(status=503), (3, 3, 3, 3, 1, 1)),
    ("500", reply(status=500), (3, 2, 1, 2, 1, 1)),
    ("502", reply(status=502), (3, 2, 1, 2, 1, 1)),
    ("504", reply(status=504), (3, 2, 1, 2, 1, 1)),
    ("408", reply(status=408), (3, 2, 1, 2, 1, 1)),
    ("answer lost", LOST, (3, 2, 1, 2, 1, 1)),
    ("attempt timeout", SLOW, (3, 2, 1, 2, 1, 1)),
    ("stale connection", STALE, (4, 2, 1, 2, 1, 1)),
    ("cut-off body", CUT_OFF, (2, 1, 1, 1, 1, 1)),
    ("empty body", reply(b""), (2, 1, 1, 1, 1, 1)),
    ("not HTTP", NOT_HTTP, (1, 2, 1, 2, 1, 1)),
    ("gate closed", RateLimitError("gate", status=429), (1,) * 6),
    ("too large", ResponseTooLargeError("big"), (1,) * 6),
    ("unreadable item", DecodeError(("$.id: missing",)), (1,) * 6),
    ("another's answer", MismatchError(("$.id: answers another request",)), (1,) * 6),
    ("a page of HTML", reply(b"<html>"), (1,) * 6),
    ("200", reply({}), (1,) * 6),
    ("204", reply(status=204), (1,) * 6),
    *((str(code), reply(status=code), (1,) * 6) for code in (101, 301, 304, 400, 401, 403, 404, 409, 422, 501, 505)),
]
each_situation = pytest.mark.parametrize(
    ("outcome", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)


def tries(policy: RetryPolicy, request: Request, outcome: Response | SnipcartError) -> int:
    """Count the attempts when every one meets the same outcome."""
    before: list[Attempt] = []
    while policy.decide(request, outcome, before, 1.0) is not None:
        before.append(Attempt(reason=find_fault(request, outcome) or ""))
        assert len(before) < 50
    return len(before) + 1


@each_situation
def test_each_kind_of_request_is_tried_as_often_as_the_table_says(
    outcome: Response | SnipcartError, expected: tuple[int, ...]
) -> None:
    """A request is repeated only where that is safe, by method and by what is known of the outcome."""
    assert expected == tuple(tries(RetryPolicy(), request, outcome) for request in REQUESTS)


@pytest.mark.parametrize("most", [1, 2, 5])
@each_situation
def test_max_attempts_bounds_what_the_table_repeats_for_ever(
    outcome: Response | SnipcartError, expected: tuple[int, ...], most: int
) -> None:
    """Three tries become as many as allowed, the one repeat stays one, and the free one stays free."""
    policy = RetryPolicy(max_attempts=most)
    bounds = {1: 1, 2: min(2, most), 3: most, 4: most + 1}

    assert [bounds[tried] for tried in expected] == [tries(policy, request, outcome) for request in REQUESTS]


@each_situation
def test_without_retry_writes_an_unknown_outcome_stays_the_callers(
    outcome: Response | SnipcartError, expected: tuple[int, ...]
) -> None:
    """`retry_writes=False` repeats no write that may have been carried out, and changes nothing else."""
    policy = RetryPolicy(retry_writes=False)
    read, *writes = expected

    assert [read, *(1 if tried == 2 else tried for tried in writes)] == [
        tries(policy, request, outcome) for request in REQUESTS
    ]


def test_a_write_is_repeated_once_whatever_mix_of_unknown_outcomes_it_meets() -> None:
    """A lost answer, then a 500, is the second unknown outcome: no third attempt."""
    before = [Attempt(error="TransportError", reason=Fault.UNCERTAIN)]

    assert RetryPolicy().decide(PUT, reply(status=500), before, 1.0) is None
    assert RetryPolicy().decide(PUT, NOT_HTTP, before, 1.0) is None


def test_a_stale_connection_is_retried_at_once_and_for_free_but_only_once() -> None:
    """The first stale keep-alive costs neither time nor an attempt; the second is an ordinary loss."""
    policy = RetryPolicy(max_attempts=2)
    first = policy.decide(GET, STALE, [], 1.0)
    second = policy.decide(GET, STALE, [Attempt(reason=Fault.STALE)], 1.0)

    assert Repeat(0.0, 0) == first
    assert Repeat(0.5, 14) == second


@pytest.mark.parametrize(
    ("attempt", "chance", "expected"),
    [(1, 1.0, 0.5), (2, 1.0, 1.0), (1, 0.0, 0.0), (2, 0.5, 0.5), (6, 1.0, 8.0), (2000, 1.0, 8.0)],
)
def test_the_delay_is_a_random_part_of_a_doubling_capped_one(attempt: int, chance: float, expected: float) -> None:
    """Full jitter: anything from nothing to the doubled delay, never above the cap."""
    policy = RetryPolicy(max_attempts=5000)
    before = [Attempt(status=503, reason=Fault.UNAVAILABLE)] * (attempt - 1)

    assert policy.decide(GET, reply(status=503), before, chance) == Repeat(expected, 5)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_retry_after_is_a_least_delay_for_every_status_that_is_repeated(status: int) -> None:
    """Nobody comes back sooner than Snipcart asks; own backoff may be longer."""
    policy = RetryPolicy(base_delay=4.0)

    def delay(asked: str) -> float | None:
        decision = policy.decide(GET, reply(status=status, headers={"Retry-After": asked}), [], 1.0)
        return decision.delay if decision else None

    assert [delay(asked) for asked in ("7", "1", "0", "60", "61")] == [7.0, 4.0, 4.0, 60.0, None]


OUTCOMES = st.one_of(
    st.sampled_from([row[1] for row in TABLE]),
    st.builds(
        lambda status, asked: reply({}, status, {} if asked is None else {"Retry-After": asked}),
        st.one_of(st.sampled_from([408, 429, 500, 502, 503, 504]), st.integers(100, 999)),
        st.one_of(st.none(), st.integers(-5, 200).map(str), st.text(max_size=8)),
    ),
)
MAY_HAVE_ACTED = {Fault.STALE, Fault.UNCERTAIN, Fault.MALFORMED, Fault.UNREADABLE}


@given(
    chance=st.floats(0, 1, exclude_max=True),
    outcomes=st.lists(OUTCOMES, max_size=20),
    most=st.integers(1, 6),
    base=st.floats(0, 1e9),
    cap=st.floats(0, 100),
    patience=st.floats(0, 100),
    request=st.sampled_from([*REQUESTS, Request.to("HEAD", "/customers")]),
)
def test_whatever_happens_the_bounds_hold(
    chance: float,
    outcomes: list[Response | SnipcartError],
    most: int,
    base: float,
    cap: float,
    patience: float,
    request: Request,
) -> None:
    """Delays stay under their caps, attempts under their maximum, and no write acts more often than it may."""
    policy = RetryPolicy(max_attempts=most, base_delay=base, max_delay=cap, max_retry_after=patience)
    before: list[Attempt] = []
    for outcome in outcomes:
        repeat = policy.decide(request, outcome, before, chance)
        if repeat is None:
            break
        before.append(Attempt(reason=find_fault(request, outcome) or ""))
        asked = (outcome.retry_after if isinstance(outcome, Response) else None) or 0.0

        assert 0 <= repeat.delay <= cap or repeat.delay == asked <= patience
        assert repeat.delay >= asked
        assert (repeat.cost in {5, 14}) != (repeat == Repeat(0.0, 0))

    met = Counter(attempt.reason for attempt in before)
    free = met[Fault.STALE] > 0 and not request.is_write
    acted = sum(met[reason] for reason in MAY_HAVE_ACTED)

    assert len(before) < most + free
    assert acted <= (most if not request.is_write else request.repeatable and request.method in {"PUT", "DELETE"})


@given(
    status=st.integers(400, 499).filter(lambda status: status not in {408, 429}),
    request=st.sampled_from(REQUESTS),
    before=st.lists(st.sampled_from(Fault).map(lambda fault: Attempt(reason=fault)), max_size=3),
    asked=st.sampled_from([{}, {"Retry-After": "0"}, {"Retry-After": "1"}]),
)
def test_a_plain_refusal_is_never_repeated(
    status: int, request: Request, before: list[Attempt], asked: dict[str, str]
) -> None:
    """A 4xx other than 408 and 429 is final, whatever came before it, and even when it asks to come back."""
    assert RetryPolicy(max_attempts=100).decide(request, reply(b"", status, asked), before, 1.0) is None


@pytest.mark.parametrize(
    "option",
    [
        {"max_attempts": 0},
        {"max_attempts": 1.5},
        {"max_attempts": True},
        {"base_delay": -1},
        {"max_delay": float("nan")},
        {"max_retry_after": float("inf")},
        {"base_delay": "1"},
    ],
    ids=str,
)
def test_an_unusable_option_is_refused(option: dict[str, float]) -> None:
    """A policy that cannot work is not built, and the text names the option."""
    with pytest.raises(ConfigurationError, match=next(iter(option))):
        RetryPolicy(**option)  # type: ignore[arg-type]


def test_the_budget_stops_retries_of_a_dead_server_and_refills_with_success() -> None:
    """500 tokens pay for 35 retries at 14; success gives a retry's cost back, or one token."""
    budget = RetryBudget()

    assert sum(budget.take(14) for _ in range(1000)) == 35
    assert budget.take(10)
    assert not budget.take(1)

    budget.give_back(14)
    budget.give_back(0)

    assert budget.take(15)
    assert not budget.take(1)

    for _ in range(2000):
        budget.give_back(0)

    assert budget.take(500)
    assert not budget.take(1)


@given(capacity=st.integers(0, 60), steps=st.lists(st.tuples(st.booleans(), st.sampled_from([0, 5, 14])), max_size=50))
def test_the_budget_is_never_overdrawn_and_never_above_its_capacity(
    capacity: int, steps: list[tuple[bool, int]]
) -> None:
    """Whatever is taken and given back, a retry is paid in full or not at all."""
    budget = RetryBudget(capacity)
    for taking, cost in steps:
        held = budget._tokens
        if taking:
            assert budget.take(cost) == (cost <= held)
        else:
            budget.give_back(cost)

        assert 0 <= budget._tokens <= capacity
        assert abs(budget._tokens - held) <= max(cost, 1)
