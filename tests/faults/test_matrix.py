"""The matrix is whole, and its single calls hold; `nox -s faults` runs all of it."""

from pathlib import Path

import pytest

from .matrix import GROUPS, ROWS, faults
from .row import Elsewhere, Play, Row
from .runs import play, plays

QUICK = [
    pytest.param(row, use, mode, id=f"{row.name}-{use}-{mode}")
    for row in ROWS
    if isinstance(row, Row | Play)
    for use, mode in plays(row)
    if use in {"single", "scene"}
]
ROOT = Path(__file__).parents[2]


def test_every_fault_has_a_row() -> None:
    """137 faults, numbered without a hole."""
    expected = [f"{group}{number}" for group, count in GROUPS.items() for number in range(1, count + 1)]

    assert sorted(faults()) == sorted(expected)
    assert len(expected) == 137


def test_rows_that_are_shown_elsewhere_name_tests_that_are_there() -> None:
    """A test that is renamed takes its row along."""
    named = [test.partition("::") for row in ROWS if isinstance(row, Elsewhere) for test in row.tests]

    assert [file for file, _, name in named if f"def {name}" not in (ROOT / file).read_text("utf-8")] == []


@pytest.mark.parametrize(("row", "use", "mode"), QUICK)
async def test_a_single_call_ends_as_the_matrix_says(row: Row | Play, use: str, mode: str, tmp_path: Path) -> None:
    """Whatever the server does, the call ends as it should, and leaves nothing and shows nothing."""
    await play(row, use, mode, tmp_path)
