"""Errors say what happened and what to do, cross process boundaries, and give nobody away."""

import copy
import inspect
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from snipcart_async import errors
from snipcart_async._failure import Attempt
from snipcart_async.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    NotFoundError,
    RateLimitError,
    ReadOnlyFieldError,
    SnipcartError,
    TransportError,
    UpdateMismatchError,
)
from snipcart_async.models import Customer

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SnipcartError)]
ATTEMPTS = (Attempt(status=503, reason="unavailable", seconds=0.1), Attempt(error="ConnectError", sent=False))
WHERE: dict[str, Any] = {"method": "GET", "path": "/customers/{id}", "attempts": ATTEMPTS}


def example(kind: type[SnipcartError]) -> SnipcartError:
    """Build an error with everything it can carry."""
    if issubclass(kind, RateLimitError):
        return kind("slow down", status=429, retry_after=2.5, **WHERE)
    if issubclass(kind, ApiError):
        return kind("no", status=400, errors={"email": ("bad",)}, body={"who": "pii"}, request_id="r1", **WHERE)
    if issubclass(kind, DecodeError | ReadOnlyFieldError):
        return kind(("$.email: missing",), **WHERE)
    if issubclass(kind, UpdateMismatchError):
        return kind(("email",), customer=Customer(id="x", email="pii"), **WHERE)
    return kind("it broke", **WHERE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickle_and_copies(kind: type[SnipcartError]) -> None:
    """Workers may ship errors: type, text, place, history and details arrive; personal data does not."""
    error = example(kind)
    for other in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),  # noqa: S301
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(error) is type(other)
        assert (str(error), repr(error), error.args) == (str(other), repr(other), other.args)
        assert {**vars(error), "body": None, "customer": None} == {**vars(other), "body": None, "customer": None}
        assert b"pii" not in pickle.dumps(other)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_keeps_what_a_pickle_leaves_out(
    kind: type[SnipcartError], duplicate: Callable[[SnipcartError], SnipcartError]
) -> None:
    """Within one process an error may be copied with all it has."""
    error = example(kind)

    assert vars(duplicate(error)) == vars(error)


def test_every_error_survives_a_process_pool() -> None:
    """A real trip through another process."""
    with ProcessPoolExecutor(1) as pool:
        back = list(pool.map(copy.copy, [example(kind) for kind in KINDS]))

    assert [repr(example(kind)) for kind in KINDS] == [repr(error) for error in back]


def test_an_error_is_what_python_calls_such_a_thing_too() -> None:
    """Timeouts are TimeoutErrors, bad arguments ValueErrors."""
    assert issubclass(errors.ConfigurationError, ValueError)
    assert issubclass(errors.ClientClosedError, RuntimeError)
    assert issubclass(errors.AttemptTimeoutError, TimeoutError)
    assert issubclass(errors.DeadlineExceededError, TimeoutError)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    """What the module promises is what it has."""
    missing = [kind.__name__ for kind in KINDS if kind.__name__ not in (errors.__doc__ or "")]

    assert missing == []


def test_the_text_says_where_what_and_how_often() -> None:
    """Method, template, reason and the history, in one line."""
    error = TransportError("the connection broke", **WHERE)

    assert str(error) == "GET /customers/{id}: the connection broke (attempts: 503, ConnectError)"
    assert f"TransportError({str(error)!r})" == repr(error)
    assert str(SnipcartError("it broke")) == "it broke"


def test_an_api_error_names_fields_but_not_their_values() -> None:
    """Values may be somebody's; the fields are enough to go on."""
    error = NotFoundError("gone", status=404, errors={"email": ("x is taken",), "": ("y",)})

    assert str(error) == "404 gone [email]"


def test_a_refused_key_comes_with_advice() -> None:
    """The commonest mistake is the public key."""
    error = AuthenticationError("unauthorized", status=401, method="GET", path="/customers")

    assert str(error).startswith("GET /customers: 401 unauthorized Check that the key is a secret one")


def test_many_problems_are_cut() -> None:
    """The text names five problems, the attribute has all."""
    error = DecodeError(tuple(f"$[{number}]: missing" for number in range(8)))

    assert str(error).endswith("$[4]: missing (and 3 more)")
    assert len(error.problems) == 8


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (Attempt(status=500), True),
        (Attempt(status=408), True),
        (Attempt(error="TransportError"), True),
        (Attempt(error="ConnectError", sent=False), False),
        (Attempt(status=503), False),
        (Attempt(status=429), False),
        (Attempt(status=404), False),
        (Attempt(status=307), False),
        (Attempt(status=501), False),
        (Attempt(status=524), True),
        (Attempt(status=599), True),
        (Attempt(status=999), True),
        (Attempt(status=200), True),
        (Attempt(error="RateLimitError", sent=False), False),
    ],
    ids=str,
)
def test_an_attempt_knows_whether_a_write_may_have_been_carried_out(attempt: Attempt, *, expected: bool) -> None:
    """Refused before work, or never sent, is sure; a lost answer or a 500 is not."""
    assert expected == attempt.may_have_applied


def test_an_error_tells_of_a_write_that_may_have_been_done_but_never_of_a_read() -> None:
    """Whatever came last: one lost answer among the attempts of a write is enough."""
    lost = (Attempt(error="TransportError"), Attempt(status=401))
    write, read = (AuthenticationError("no", method=method, path="/x", attempts=lost) for method in ("PUT", "GET"))

    assert write.may_have_applied
    assert "It may have been carried out all the same" in str(write)
    assert not read.may_have_applied
    assert not SnipcartError("never sent", method="DELETE", attempts=(Attempt(sent=False, error="x"),)).may_have_applied
