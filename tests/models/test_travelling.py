"""Models travel: through pickles, copies and other processes, and arrive as what they were."""

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from snipcart_async.models import OpenEnum

from .examples import VALUES, name_of

every_value = pytest.mark.parametrize("value", VALUES, ids=name_of)


def assert_same(value: Any, other: Any) -> None:
    """Check that a value arrived whole, its uncompared fields too."""
    assert value == other
    assert type(value) is type(other)
    assert hash(value) == hash(other)
    if isinstance(value, OpenEnum):
        assert (value.is_known, value.value) == (other.is_known, other.value)
    for name in ("full_name", "full_address"):
        assert getattr(value, name, None) == getattr(other, name, None)


@every_value
def test_a_value_survives_pickle(value: Any) -> None:
    """Every protocol gives the same value back."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert_same(value, pickle.loads(pickle.dumps(value, protocol)))  # noqa: S301 - our own


@every_value
@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_value_can_be_copied(value: Any, make: Any) -> None:
    """Both kinds of copy are the same value."""
    assert_same(value, make(value))


def test_values_travel_to_another_process_and_back() -> None:
    """A process that has never seen a model reads it, copies it, and sends it back."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        back = list(pool.map(copy.deepcopy, VALUES))

    for value, other in zip(VALUES, back, strict=True):
        assert_same(value, other)
