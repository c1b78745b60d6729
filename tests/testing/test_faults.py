"""Faults meet the requests they are meant for, in the order planned."""

import pytest

from snipcart_async.testing.faults import Fault, Faults
from snipcart_async.testing.messages import Answer, SeenRequest

LIST = SeenRequest("GET", "/customers")
ONE = SeenRequest("DELETE", "/customers/c8de947a-2483-4e36-9052-031e2aa3f0ac")


@pytest.mark.parametrize(
    ("fault", "meets_list", "meets_one"),
    [
        (Fault(), True, True),
        (Fault(method="DELETE"), False, True),
        (Fault(path="/customers"), True, False),
        (Fault(path="/customers/*"), False, True),
        (Fault(method="GET", path="/customers/*"), False, False),
    ],
)
def test_what_a_fault_is_meant_for(fault: Fault, meets_list: bool, meets_one: bool) -> None:  # noqa: FBT001
    """A fault without a method or a path is for all; a path may be a pattern."""
    assert (fault.matches(LIST), fault.matches(ONE)) == (meets_list, meets_one)


def test_a_fault_is_used_up() -> None:
    """A fault is met as often as planned; one meant for others waits."""
    faults = Faults(lambda: 0.0)
    faults.plan(Fault(method="DELETE"), 1)
    faults.plan(Fault(status=500), 2)

    assert [fault and fault.status for fault in (faults.take(LIST), faults.take(LIST), faults.take(LIST))] == [
        500,
        500,
        None,
    ]
    assert faults.take(ONE) == Fault(method="DELETE")


def test_the_answers_of_faults() -> None:
    """A fault says that it is one, unless told what to say, or to say nothing."""
    assert Fault().answer() == Answer(503, {"message": "This 503 is on purpose."})
    assert Fault(status=200, body=b"<html>", headers={"X": "y"}).answer() == Answer(200, b"<html>", {"X": "y"})
    assert Fault(drop=True).answer() is None


def test_the_429_window() -> None:
    """While the window is open all is refused, with the seconds left, rounded up; then it is over."""
    now = [100.0]
    faults = Faults(lambda: now[0])
    faults.rate_limit(2.5, None)

    told = []
    while (fault := faults.take(LIST)) is not None:
        told.append((fault.status, fault.headers["Retry-After"]))
        now[0] += 1
    assert told == [(429, "3"), (429, "2"), (429, "1")]


def test_a_retry_after_of_ones_own() -> None:
    """What is given as Retry-After is sent as it is."""
    faults = Faults(lambda: 0.0)
    faults.rate_limit(1, 0)

    fault = faults.take(LIST)
    assert fault is not None
    assert fault.headers == {"Retry-After": "0"}
