"""The promise over shops that live: who was there all the time is in the file once, or the report says so."""

from pathlib import Path

import pytest

from .living import KINDS, export_living, walk_living


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
async def test_who_was_there_all_the_time_is_in_the_file_once_or_the_report_says_so(
    kind: str, seed: int, tmp_path: Path
) -> None:
    """A run that says complete has missed nobody, and no run has anybody twice."""
    outcome = await export_living(kind, seed, tmp_path)

    assert not outcome.lied
    assert outcome.doubled == 0


async def test_a_plain_walk_misses_some_and_says_nothing() -> None:
    """Walking by offset, in Snipcart's own order, loses customers of the same shops without an error."""
    missed = [await walk_living("ascending, unstable ties", seed) for seed in (1, 2)]

    assert min(missed) > 0
