"""Play the whole matrix, print what came of it, and fail when a row did not hold."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

from .matrix import ROWS
from .row import PURE_PYTHON, Elsewhere, Play, Row
from .runs import play, plays
from .stage import Figures, open_files

_LONGEST = 120
"""Seconds that a run may take."""


def _play_all(row: Row | Play, figures: Figures) -> dict[str, str]:
    """Play a row in all uses and modes, and say what came of each ("" when it held)."""
    came: dict[str, str] = {}
    for use, mode in plays(row):
        with tempfile.TemporaryDirectory() as folder:
            try:
                asyncio.run(asyncio.wait_for(play(row, use, mode, Path(folder), figures), _LONGEST))
            except Exception as error:  # noqa: BLE001 - a row that fails must not end the others
                came[f"{use} {mode}"] = f"{type(error).__name__}: {error}"
            else:
                came[f"{use} {mode}"] = ""
    return came


def _tests_hold(tests: Collection[str]) -> bool:
    """Run tests of the suite, if there are any."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", *dict.fromkeys(tests)]
    return not tests or subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def main(wanted: list[str]) -> int:
    """Play the rows, all or those named, and give how many failed."""
    figures, began, held, found = Figures(), time.monotonic(), 0, 0
    failed: list[str] = []
    files = open_files()
    rows = [row for row in ROWS if not wanted or row.name.split()[0] in wanted]
    if PURE_PYTHON:  # nox -s conditions runs all tests so
        rows = [row for row in rows if not isinstance(row, Elsewhere)]
    together = _tests_hold([test for row in rows if isinstance(row, Elsewhere) for test in row.tests])
    for row in rows:
        if isinstance(row, Elsewhere):
            came = {"tests": "" if together or _tests_hold(row.tests) else f"pytest {' '.join(row.tests)} fails"}
        else:
            came = _play_all(row, figures)
        problems = {run: problem for run, problem in came.items() if problem}
        held += bool(came) and not problems
        runs = ", ".join(came)
        verdict = "FAILED" if problems else "held" if came else "-"
        print(f"{verdict:6} {row.name:12} {row.fault:50} {runs}", flush=True)
        found += sum("is shown" in problem for problem in problems.values())
        for run, problem in problems.items():
            print(f"       {run}: {problem}", flush=True)
        if problems:
            failed.append(f"FAILED {row.name}: {problems}")
        if row.note:
            print(f"       {row.note}", flush=True)
    print(
        f"{len(rows)} rows for {len({row.name.split()[0] for row in rows})} faults: "
        f"{held} held, {len(failed)} failed, {len(rows) - held - len(failed)} not played\n"
        f"{figures.runs} runs, {figures.wire} requests over {figures.connections} connections; "
        f"of {figures.foretold} that rows foretell, {figures.as_foretold} were seen; "
        f"{figures.scanned} texts searched: {found} runs showed something private\n"
        f"worst stall {figures.stall * 1000:.0f} ms, most memory {figures.memory / 2**20:.0f} MiB, "
        f"{files} files open before and {open_files()} after, "
        f"{time.monotonic() - began:.0f} s",
        *failed,  # once more where everybody looks
        sep="\n",
    )
    return len(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.faults")
    parser.add_argument("rows", nargs="*", help="such as T4 or B22")
    sys.exit(bool(main(parser.parse_args().rows)))
