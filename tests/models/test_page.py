"""A page is an immutable sequence of its own items."""

from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from snipcart_async.models import Page

PAGE: Page[str] = Page(items=("a", "b", "c"), total_items=10, offset=20, limit=3)


def test_a_page_is_a_sequence_of_its_items() -> None:
    """Everything that can be done with a tuple to read it can be done with a page."""
    assert isinstance(PAGE, Sequence)
    assert list(PAGE) == ["a", "b", "c"]
    assert (len(PAGE), PAGE[0], PAGE[-1], PAGE[1:]) == (3, "a", "c", ("b", "c"))
    assert "b" in PAGE
    assert "x" not in PAGE
    assert [*reversed(PAGE)] == ["c", "b", "a"]
    assert (PAGE.index("b"), PAGE.count("b")) == (1, 1)


def test_an_empty_page_is_false() -> None:
    """A page is true when it has items, whatever the total."""
    assert not attrs.evolve(PAGE, items=())
    assert PAGE


def test_a_page_ends() -> None:
    """Beyond the last item there is nothing."""
    with pytest.raises(IndexError):
        PAGE[3]


@pytest.mark.parametrize("name", ["items", "total_items", "offset", "limit", "extra", "new"])
def test_a_page_cannot_be_changed(name: str) -> None:
    """No field of a page can be set."""
    with pytest.raises(AttributeError):
        setattr(PAGE, name, ())


def test_the_items_of_a_page_cannot_be_changed() -> None:
    """No item of a page can be replaced, removed or added."""
    page: Any = PAGE
    with pytest.raises(TypeError):
        page[0] = "x"
    with pytest.raises(TypeError):
        del page[0]

    assert not hasattr(page, "append")


def test_pages_are_equal_by_value() -> None:
    """Pages with the same items at the same place are equal, and a page is not its items."""
    same = attrs.evolve(PAGE)

    assert same == PAGE
    assert hash(same) == hash(PAGE)
    assert attrs.evolve(PAGE, offset=0) != PAGE
    assert len({PAGE, PAGE.items}) == 2


def test_a_page_takes_names_only() -> None:
    """A page is built by names: its numbers are easily confused."""
    make: Any = Page
    with pytest.raises(TypeError):
        make(("a",), 10, 0, 1)
