"""Kill -9 at any moment: whoever resumes gets everybody, each once, and nothing is left lying about.

`KILLS` says how many kills at random moments there are for each format; `nox -s kills` makes it 200.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import attrs
import pytest

from snipcart_async.export.formats import FORMATS, Format
from snipcart_async.export.place import Place
from snipcart_async.testing import FakeSnipcart

from .formats.rows import read_rows

KILLS = int(os.environ.get("KILLS", "2"))
KILLED = -9


@attrs.frozen
class Victims:
    """Ask a program for exports, and to kill them."""

    process: subprocess.Popen[str]

    def export(
        self,
        fake: FakeSnipcart,
        path: Path,
        *,
        seconds: float | None = None,
        step: int | None = None,
        overwrite: bool = False,
    ) -> int:
        """Export with `resume`, for some seconds or up to some step on the disk; give the exit code."""
        order = {
            "base_url": fake.base_url,
            "path": str(path),
            "seconds": seconds,
            "step": step,
            "overwrite": overwrite,
            "customers": len(fake.shop),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(order), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@contextmanager
def _open_victims() -> Iterator[Victims]:
    """Start the program."""
    command = [sys.executable, str(Path(__file__).with_name("victim.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield Victims(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    """Start a program that exports, and kills."""
    with _open_victims() as victims:
        yield victims


@pytest.fixture(scope="module")
def shop() -> Iterator[FakeSnipcart]:
    """Serve a shop of eleven windows, not too fast; one customer cannot be read."""
    with FakeSnipcart(customers=2500, page_cap=25, latency=0.003) as fake:
        fake.spoil(fake.shop.customer_ids()[700], email=17)
        yield fake


@pytest.fixture(scope="module")
def small_shop() -> Iterator[FakeSnipcart]:
    """Serve a shop of a few customers, of whom one cannot be read."""
    with FakeSnipcart(customers=12) as fake:
        fake.spoil(fake.shop.customer_ids()[7], email=17)
        yield fake


def clear(folder: Path) -> None:
    """Remove all that is in a folder."""
    for path in folder.iterdir():
        path.unlink()


def left_of(path: Path) -> list[str]:
    """List what lies beside a finished file and its rejects, or is instead of them."""
    return sorted(left.name for left in set(path.parent.iterdir()) ^ {path, Place(path).rejects})


def what_is_wrong(fake: FakeSnipcart, path: Path, chosen: Format) -> str:
    """Look whether everybody is there once, in the file or among the rejects, and nothing else lies about."""
    rejects = Place(path).rejects
    if left := left_of(path):
        return f"the folder holds {left}"
    ids = [row["id"] for row in read_rows(path, chosen)]
    rejected = [json.loads(line)["document"]["id"] for line in rejects.read_bytes().splitlines()]
    everybody = sorted(ids + rejected) == sorted(fake.shop.customer_ids()) and len(rejected) == 1
    return "" if everybody else f"{len(ids)} customers, {len(set(ids))} different, {len(rejected)} rejects"


def where(path: Path) -> str:
    """Tell from what is on the disk how far a killed export was."""
    place = Place(path)
    if path.exists():
        return "after publishing"
    if place.converted.exists():
        return "while converting"
    if place.checkpoint.exists():
        return "with a checkpoint"
    return "before one"


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """Collect what came of the killing, and show it at the end to those who run pytest with `-s`."""
    lines = ["", "| format | kills | exports | killed ... | wrong | seconds |", "|---|---|---|---|---|---|"]
    yield lines
    sys.stdout.write("\n".join([*lines, ""]))


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("chosen", FORMATS.values(), ids=lambda chosen: chosen.name)
def test_killed_at_random_moments(
    victims: Victims, shop: FakeSnipcart, tmp_path: Path, chosen: Format, table: list[str]
) -> None:
    """However often an export is killed, and whenever, at last everybody is in the file, each once."""
    path = tmp_path / f"customers.{chosen.name}"
    luck = Random(f"{chosen.name} {KILLS}")
    began = started = time.monotonic()
    for _ in range(2):  # the first may have to wait until the program has started
        clear(tmp_path)
        started = time.monotonic()
        assert victims.export(shop, path) == 0
    duration = time.monotonic() - started
    found: Counter[str] = Counter()
    wrong: list[str] = []
    exports = 0
    while found.total() < KILLS:
        exports += 1
        clear(tmp_path)
        code = KILLED
        while code == KILLED and left_of(path) and found.total() < KILLS and luck.random() < 0.8:
            code = victims.export(shop, path, seconds=luck.uniform(0, duration))
            if code == KILLED:
                found[where(path)] += 1
        if code == KILLED and left_of(path):
            code = victims.export(shop, path)
        if code not in {0, KILLED} or (problem := what_is_wrong(shop, path, chosen)):
            wrong.append(f"exit code {code}" if code > 0 else problem)
    killed = ", ".join(f"{place}: {count}" for place, count in sorted(found.items()))
    seconds = time.monotonic() - began
    table.append(f"| {chosen.name} | {found.total()} | {exports} | {killed} | {len(wrong)} | {seconds:.0f} |")

    assert not wrong


@pytest.mark.parametrize("overwrite", [False, True], ids=["new", "overwrite"])
@pytest.mark.parametrize("chosen", FORMATS.values(), ids=lambda chosen: chosen.name)
def test_killed_before_each_step_on_the_disk(
    victims: Victims, small_shop: FakeSnipcart, tmp_path: Path, chosen: Format, *, overwrite: bool
) -> None:
    """An export can be killed before anything it does to the folder; the old file is there until the new one is."""
    path = tmp_path / f"customers.{chosen.name}"
    luck = Random(f"{chosen.name} {overwrite}")
    for step in range(1, 100) if KILLS >= 100 else range(luck.randint(1, 4), 100, 4):
        clear(tmp_path)
        if overwrite:
            path.write_bytes(b"old")
        code = victims.export(small_shop, path, step=step, overwrite=overwrite)
        again = None if luck.random() < 0.5 else luck.randint(1, 30)
        if code == KILLED and again and left_of(path):
            victims.export(small_shop, path, step=again, overwrite=overwrite)
        if code == KILLED:
            assert not overwrite or path.exists()
            assert not left_of(path) or victims.export(small_shop, path, overwrite=overwrite) == 0, (step, again)
        assert not what_is_wrong(small_shop, path, chosen), step
        if code == 0:
            break

    assert 10 < step < 100
