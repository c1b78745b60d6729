"""Faults meet the requests they are meant for, in the order planned."""

from http import HTTPStatus
from typing import Any

import pytest

from snipcart_async.testing.faults import Fault, Faults
from snipcart_async.testing.messages import Answer, SeenRequest

LIST = SeenRequest("GET", "/customers")
ONE = SeenRequest("DELETE", "/customers/c8de947a-2483-4e36-9052-031e2aa3f0ac")


@pytest.mark.parametrize(
    ("meant_for", "meets_list", "meets_one"),
    [
        ({}, True, True),
        ({"method": "DELETE"}, False, True),
        ({"method": "delete"}, False, True),
        ({"path": "/customers"}, True, False),
        ({"path": "customers"}, True, False),
        ({"path": "/api/customers"}, True, False),
        ({"path": "api/customers/*"}, False, True),
        ({"path": "/customers/*"}, False, True),
        ({"path": "*/c8de*"}, False, True),
        ({"path": "*"}, True, True),
        ({"method": "GET", "path": "/customers/*"}, False, False),
    ],
)
def test_what_a_fault_is_meant_for(meant_for: dict[str, str], meets_list: bool, meets_one: bool) -> None:  # noqa: FBT001
    """A fault without a method or a path is for all; a path may be a pattern, and either may be spelled freely."""
    fault = Fault.of(**meant_for)  # type: ignore[arg-type]

    assert (fault.matches(LIST), fault.matches(ONE)) == (meets_list, meets_one)


def test_a_fault_is_used_up() -> None:
    """A fault is met as often as planned; one meant for others waits, and how many do is known."""
    faults = Faults(lambda: 0.0)
    waiting, meant = Fault.of(method="DELETE"), Fault.of(status=500)
    faults.plan(waiting, 1)
    faults.plan(meant, 2)

    assert [faults.take(LIST) for _ in range(3)] == [meant, meant, None]
    assert len(faults) == 1
    assert faults.take(ONE) is waiting
    assert len(faults) == 0


def test_the_answers_of_faults() -> None:
    """A fault says that it is one, unless told what to say, or to say nothing."""
    assert Fault.of().answer == Answer(503, b'{"message":"This 503 is on purpose."}')
    assert Fault.of(status=HTTPStatus.OK, body=b"<html>", headers={"X": "y"}).answer == Answer(
        200, b"<html>", {"X": "y"}
    )
    assert Fault.of(drop=True).answer is None


def test_a_body_is_taken_as_it_is_now() -> None:
    """What becomes of a body after it was given changes no answer."""
    body = {"items": [1]}
    fault = Fault.of(body=body)
    body["items"].append(2)

    assert fault.answer == Answer(503, b'{"items":[1]}')


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"status": 100}, ValueError, "from 200 to 599, not 100"),
        ({"status": 0}, ValueError, "from 200 to 599, not 0"),
        ({"status": 600, "drop": True}, ValueError, "from 200 to 599, not 600"),
        ({"status": "503"}, ValueError, "from 200 to 599, not '503'"),
        ({"delay": -1}, ValueError, "delay must be at least 0, not -1"),
        ({"method": "FETCH"}, ValueError, "'FETCH' is not a valid HTTPMethod"),
        ({"body": object()}, TypeError, "Encoding objects of type object is unsupported"),
        ({"headers": {"X": "a\r\nb"}}, ValueError, "'X': .* can't be sent as a header"),
        ({"headers": {"Retry After": "1"}}, ValueError, "'Retry After': '1' can't be sent"),
        ({"headers": {"": "1"}}, ValueError, "can't be sent"),
    ],
)
def test_what_can_not_be_done_is_refused(wrong: dict[str, Any], error: type[Exception], told: str) -> None:
    """A fault that could not be answered, or never met, is refused when it is made."""
    with pytest.raises(error, match=told):
        Fault.of(**wrong)


@pytest.mark.parametrize("count", [0, -1])
def test_a_fault_is_planned_at_least_once(count: int) -> None:
    """Planning a fault for no request is refused."""
    with pytest.raises(ValueError, match=f"count must be at least 1, not {count}"):
        Faults(lambda: 0.0).plan(Fault.of(), count)


def test_the_429_window() -> None:
    """While the window is open all is refused, with the seconds left, rounded up; then it is over."""
    now = [100.0]
    faults = Faults(lambda: now[0])
    faults.rate_limit(2.5, None)

    told = []
    while (fault := faults.take(LIST)) is not None:
        assert fault.answer is not None
        told.append((fault.answer.status, fault.answer.headers["Retry-After"]))
        now[0] += 1
    assert told == [(429, "3"), (429, "2"), (429, "1")]


def test_a_retry_after_of_ones_own() -> None:
    """What is given as Retry-After is sent as it is."""
    faults = Faults(lambda: 0.0)
    faults.rate_limit(1, 0)

    fault = faults.take(LIST)
    assert fault is not None
    assert fault.answer is not None
    assert fault.answer.headers == {"Retry-After": "0"}


@pytest.mark.parametrize(("seconds", "retry_after"), [(-1, None), (1, "1\n2")])
def test_a_window_that_can_not_be(seconds: float, retry_after: str | None) -> None:
    """A window of negative length, or a header that can't be sent, is refused."""
    with pytest.raises(ValueError, match=r"must be at least 0|can't be sent"):
        Faults(lambda: 0.0).rate_limit(seconds, retry_after)
