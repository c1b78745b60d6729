"""Export many living shops of every kind, and print what the reports claimed and what is true."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.export.living import KINDS, export_living, share, walk_living


async def main(runs: int) -> int:
    """Run so many exports in all, print a line for each kind of shop, and give how many lied."""
    seeds = range(1, max(1, runs // len(KINDS)) + 1)
    lies = total = 0
    print(f"{'kind of shop':32}{'runs':>6}{'proven':>9}{'lied':>6}{'requests':>10}{'a plain walk missed':>21}")
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = [await export_living(kind, seed, Path(folder)) for seed in seeds]
        walked = [await walk_living(kind, seed) for seed in seeds]
        lied = sum(outcome.lied for outcome in outcomes)
        requests = sum(outcome.requests for outcome in outcomes) / len(outcomes)
        lies, total = lies + lied, total + len(outcomes)
        print(
            f"{kind:32}{len(outcomes):6}{share(outcomes):9.0%}{lied:6}{requests:10.1f}"
            f"{sum(walked) / len(walked):21.1f}",
            flush=True,
        )
    print(f"{total} runs: {lies} said complete and were not")
    return lies


if __name__ == "__main__":
    began = time.monotonic()
    failed = asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 240))
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(bool(failed))
