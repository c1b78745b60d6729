"""Play the whole matrix, print what came of it, and fail when a row did not hold."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .matrix import ROWS, faults
from .row import PURE_PYTHON, Elsewhere, Play, Row
from .runs import play, plays
from .stage import Figures


def _play_all(row: Row | Play, figures: Figures) -> dict[str, str]:
    """Play a row in all uses and modes, and say what came of each ("" when it held)."""
    came: dict[str, str] = {}
    for use, mode in plays(row):
        with tempfile.TemporaryDirectory() as folder:
            try:
                asyncio.run(play(row, use, mode, Path(folder), figures))
            except Exception as error:  # noqa: BLE001 - a row that fails must not end the others
                came[f"{use} {mode}"] = f"{type(error).__name__}: {error}"
            else:
                came[f"{use} {mode}"] = ""
    return came


def _run_tests(row: Elsewhere) -> dict[str, str]:
    """Run the tests that show a row."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", *row.tests]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return {"tests": "" if done.returncode == 0 else done.stdout.strip().rpartition("\n")[2]}


def main(wanted: list[str]) -> int:
    """Play the rows, all or those named, and give how many failed."""
    figures, began, failed, played, found = Figures(), time.monotonic(), 0, 0, 0
    for row in ROWS:
        if wanted and row.name.split()[0] not in wanted:
            continue
        if PURE_PYTHON and isinstance(row, Elsewhere):  # nox -s conditions runs all tests so
            continue
        came = _run_tests(row) if isinstance(row, Elsewhere) else _play_all(row, figures)
        problems = {run: problem for run, problem in came.items() if problem}
        failed, played = failed + bool(problems), played + 1
        runs = ", ".join(came)
        print(f"{'FAILED' if problems else 'held  '} {row.name:12} {row.fault:50} {runs}", flush=True)
        found += sum("is shown" in problem for problem in problems.values())
        for run, problem in problems.items():
            print(f"       {run}: {problem}", flush=True)
        if row.note:
            print(f"       {row.note}", flush=True)
    print(
        f"{played} rows for {len(wanted or faults())} faults: {played - failed} held, {failed} failed\n"
        f"{figures.runs} runs, {figures.wire} requests over {figures.connections} connections, "
        f"{figures.scanned} texts searched: {found} runs showed something private\n"
        f"worst stall {figures.stall * 1000:.0f} ms, most memory {figures.memory / 2**20:.0f} MiB, "
        f"{time.monotonic() - began:.0f} s"
    )
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.faults")
    parser.add_argument("rows", nargs="*", help="such as T4 or B22")
    sys.exit(bool(main(parser.parse_args().rows)))
