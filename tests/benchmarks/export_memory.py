"""Measure what it takes to export a shop: memory, requests, seconds. `python -m tests.benchmarks.export_memory`.

The shop is served by another process, and every export runs in a process of its own, freshly started. Its peak is
`VmHWM`, the most memory that was ever resident, as the kernel counted it; before the export it is set back to what
is resident once everything is imported. The exit code is 1 when a peak grows by 10 % or more with the shop.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from snipcart_async import SnipcartClient
from snipcart_async.export import export_customers
from snipcart_async.export.formats import FORMATS
from snipcart_async.testing import FakeSnipcart

KEY = "ST_fake_secret_key"
MOST_GROWTH = 1.10
_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")


def resident(name: str) -> float:
    """Tell what the kernel counts for this process, in MiB."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def serve(customers: int) -> None:
    """Serve a shop until nobody is there any more to ask for it; say where."""
    with FakeSnipcart(customers=customers, api_key=KEY) as fake:
        print(fake.base_url, flush=True)
        sys.stdin.read()


async def _export(base_url: str, path: Path) -> dict[str, Any]:
    async with SnipcartClient(KEY, base_url=base_url) as snipcart:
        report = await export_customers(snipcart, path)
    return report.as_dict()


def measure(base_url: str, path: Path) -> None:
    """Export once, and say what it took."""
    if path.suffix == ".parquet":
        import pyarrow.parquet  # noqa: F401, PLC0415 - only where the export imports it too
    _CLEAR_REFS.write_text("5", encoding="ascii")
    before = resident("VmRSS")
    report = asyncio.run(_export(base_url, path))
    print(json.dumps({**report, "before": before, "peak": resident("VmHWM")}))


@contextmanager
def _run(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.benchmarks.export_memory", *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(600)


@contextmanager
def serving_fake(customers: int) -> Iterator[str]:
    """Serve a fake shop from another process; give the URL."""
    with _run("serve", customers) as shop:
        yield _say(shop)


def _say(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def compare(sizes: list[int], formats: list[str]) -> bool:
    """Export shops of several sizes to each format, print a table, and tell whether memory stays flat."""
    peaks: dict[str, list[float]] = {name: [] for name in formats}
    growths: dict[str, list[float]] = {name: [] for name in formats}
    print("| format | customers | complete | requests | seconds | RSS after imports | peak RSS | growth |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, serving_fake(size) as base_url:
            for name in formats:
                with _run("measure", base_url, Path(folder, f"customers.{name}")) as export:
                    found = json.loads(_say(export))
                assert found["customers"] == size
                before, peak = found["before"], found["peak"]
                peaks[name].append(peak)
                growths[name].append(peak - before)
                memory = " | ".join(f"{value:.1f} MiB" for value in (before, peak, peak - before))
                print(
                    f"| {name} | {size:,} | {found['complete']} | {found['requests']} "
                    f"| {found['seconds']:.1f} | {memory} |",
                    flush=True,
                )
    for name in formats:
        peak, growth = peaks[name][-1] / peaks[name][0], growths[name][-1] / growths[name][0]
        print(
            f"{name}: from {sizes[0]:,} to {sizes[-1]:,} customers the peak becomes {peak:.3f} times as high, "
            f"its growth over the RSS after imports {growth:.3f} times"
        )
    return all(most[-1] < MOST_GROWTH * most[0] for most in peaks.values())


def main() -> int:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["serve", customers]:
            serve(int(customers))
        case ["measure", base_url, path]:
            measure(base_url, Path(path))
        case _:
            parser = argparse.ArgumentParser(description=__doc__)
            parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
            parser.add_argument("--formats", nargs="+", choices=FORMATS, default=[*FORMATS])
            chosen = parser.parse_args()
            return 0 if compare(chosen.sizes, chosen.formats) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
