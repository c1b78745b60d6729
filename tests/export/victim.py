"""A program to be killed: it starts exports in processes of their own, and kills them in time.

Each line it reads asks for one export; each line it writes says what came of one. Exports start at once, as all
that they import is here already.
"""

import asyncio
import json
import multiprocessing
import os
import signal
import sys
from typing import Any

import pyarrow.parquet  # noqa: F401 - an export to Parquet would import it when it converts

from snipcart_async import SnipcartClient
from snipcart_async.export import export_customers

KEY = "ST_fake_secret_key"
STEPS = frozenset({"open", "os.link", "os.rename", "os.remove", "os.truncate", "sqlite3.connect"})
"""Events of Python's audit that may change what is on the disk; they are raised before it happens."""


async def _export(base_url: str, path: str, *, overwrite: bool) -> int:
    async with SnipcartClient(KEY, base_url=base_url) as snipcart:
        report = await export_customers(snipcart, path, concurrency=3, resume=True, overwrite=overwrite)
    return report.customers + report.rejected


def _die_before(step: int, folder: str) -> None:
    """Kill this process right before it does something to the folder for the so-and-so-manieth time."""
    steps_left = step

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps_left
        if event in STEPS and folder in str(arguments[0]):
            steps_left -= 1
            if not steps_left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _run(order: dict[str, Any]) -> None:
    if order["step"] is not None:
        _die_before(order["step"], os.path.dirname(order["path"]))  # noqa: PTH120 - it stays text
    customers = asyncio.run(_export(order["base_url"], order["path"], overwrite=order["overwrite"]))
    sys.exit(0 if customers == order["customers"] else 3)


def main() -> None:
    """Start exports as asked for, until nobody asks any more."""
    context = multiprocessing.get_context("fork")
    for line in sys.stdin:
        order = json.loads(line)
        process = context.Process(target=_run, args=(order,))
        process.start()
        process.join(order["seconds"])
        process.kill()
        process.join()
        sys.stdout.write(f"{process.exitcode}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
