"""Many shops on a real Dask cluster of processes: what each report proves, also when a worker is killed."""

import asyncio
import json
import os
import pickle
import signal
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pytest
from distributed import Client, Future, LocalCluster, SchedulerPlugin

from snipcart_async import RateLimit
from snipcart_async.contrib.dask import Shop, ShopsError, export_shops
from snipcart_async.errors import AuthenticationError, ConfigurationError, ExportError
from snipcart_async.testing import FakeSnipcart

from ..export.blinking import BlinkingSnipcart
from .datasets import contents_of, figures, plain_export, rejects_of, rows_of, seen_in

KEYS = {"PARIS_KEY": "ST_paris_4711", "LYON_KEY": "ST_lyon_0815"}


def cluster_of(workers: int) -> LocalCluster:
    """Start worker processes with the keys in their environment, which is not ours."""
    return LocalCluster(workers, threads_per_worker=2, dashboard_address="127.0.0.1:0", host="127.0.0.1", env=KEYS)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Share one cluster among the tests that end no worker of it."""
    with cluster_of(2) as cluster:
        yield cluster


@pytest.fixture
async def dask_client(cluster: LocalCluster) -> AsyncIterator[Client]:
    """Connect to the cluster."""
    async with Client(cluster.scheduler_address, asynchronous=True) as client:
        yield client


def fake_paris(**habits: Any) -> FakeSnipcart:
    """Give a shop whose small pages make ten windows."""
    return FakeSnipcart(600, api_key=KEYS["PARIS_KEY"], page_cap=10, **habits)


@pytest.fixture
def paris() -> Iterator[FakeSnipcart]:
    """Serve a shop of ten windows, from a thread."""
    with fake_paris() as fake:
        yield fake


def shop_of(fake: FakeSnipcart, name: str = "paris", key_variable: str = "PARIS_KEY") -> Shop:
    """Name a fake shop."""
    return Shop(name, key_variable, fake.base_url)


async def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(30.0):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Dask's reader, with pandas 3.1
async def test_each_shop_is_what_a_plain_export_gives(dask_client: Client, paris: FakeSnipcart, tmp_path: Path) -> None:
    """The same rows, types and figures; one dataset for pyarrow and Dask, private, with a report in it."""
    folder = tmp_path / "customers"
    folder.mkdir()
    with FakeSnipcart(130, seed=2, api_key=KEYS["LYON_KEY"]) as lyon:
        shops = [shop_of(paris), shop_of(lyon, "lyon", "LYON_KEY")]
        reports = await export_shops(dask_client, shops, folder)
        assert [*reports] == ["paris", "lyon"]
        for name, fake in {"paris": paris, "lyon": lyon}.items():
            report, rows = await plain_export(fake, tmp_path / f"{name}.parquet")
            told = json.loads((folder / f"shop={name}" / "_report.json").read_text("utf-8"))

            assert rows_of(folder, name).equals(rows)
            assert figures(reports[name]) == figures(report)
            assert reports[name].complete
            assert reports[name].created_until
            assert told == json.loads(json.dumps(reports[name].as_dict()))

    assert reports["paris"].windows == 10
    assert {path.name for path in folder.iterdir()} == {"shop=paris", "shop=lyon"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*/*")} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o700}
    with dask.config.set(scheduler="synchronous"):
        frame = dd.read_parquet(folder).compute()
    assert frame.groupby("shop", observed=True).id.nunique().to_dict() == {"paris": 600, "lyon": 130}


async def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    """Killed while windows are read and others are written: the rows and the report are those of a plain export."""
    folder = tmp_path / "customers"
    folder.mkdir()
    with cluster_of(2) as cluster, fake_paris(latency=0.1) as paris:
        async with Client(cluster.scheduler_address, asynchronous=True) as dask_client:
            running = asyncio.create_task(export_shops(dask_client, [shop_of(paris)], folder))
            await until(lambda: len(seen_in(folder, "_*/*.converted")) >= 2)
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
            report = (await running)["paris"]
        asked = len(paris.requests)
        paris.latency = 0.0
        plain, rows = await plain_export(paris, tmp_path / "paris.parquet")

    assert rows_of(folder, "paris").equals(rows)
    assert figures(report) == figures(plain)
    assert report.complete
    assert asked > report.requests  # what the dead one was reading was read again
    assert seen_in(folder) == ["shop=paris"]
    assert seen_in(folder, "*/*") == ["_report.json", *(f"part-{place:05}.parquet" for place in range(10))]


async def test_a_task_that_ends_every_worker_is_given_up(tmp_path: Path) -> None:
    """Where each worker dies of it, the shop could not be exported; nothing of it is to be seen."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster_of(2) as cluster,
        fake_paris(latency=0.1) as paris,
    ):
        async with Client(cluster.scheduler_address, asynchronous=True) as dask_client:
            running = asyncio.create_task(export_shops(dask_client, [shop_of(paris)], tmp_path))
            await until(lambda: seen_in(tmp_path, "_*/*.converted"))
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
            with pytest.raises(ShopsError, match="1 of 1 shops could not be exported: paris: one worker after the"):
                await running

    assert not seen_in(tmp_path, "shop=*")


class Ear(SchedulerPlugin):
    """Keep what a scheduler gives to its workers to do."""

    name = "ear"

    def __init__(self, scheduler: Any) -> None:
        self.heard: list[bytes] = []
        self._scheduler = scheduler

    def transition(self, key: Any, start: str, finish: str, *args: Any, **kwargs: Any) -> None:
        """Take down a task as it travels, when it is about to be done."""
        if finish == "processing":
            self.heard.append(pickle.dumps(self._scheduler.tasks[key].run_spec))


async def test_no_key_travels(cluster: LocalCluster, dask_client: Client, paris: FakeSnipcart, tmp_path: Path) -> None:
    """No task, no plugin, no event of the scheduler and no file has the key: only the name of its variable."""
    scheduler: Any = cluster.scheduler
    ear = Ear(scheduler)
    scheduler.add_plugin(ear)
    registered: dict[str, bytes] = {}
    running = asyncio.create_task(export_shops(dask_client, [shop_of(paris)], tmp_path))
    while not running.done():
        registered |= {name: plugin for name, plugin in scheduler.worker_plugins.items() if name != "shuffle"}
        await asyncio.wait([running], timeout=0.01)
    await running
    scheduler.remove_plugin("ear")
    said = [*ear.heard, *registered.values(), repr(scheduler.get_events()).encode(), *contents_of(tmp_path)]

    assert len(ear.heard) >= 1 + 1 + 1 + 10 + 1 + 1
    assert len(registered) == 1
    assert b"PARIS_KEY" in b"".join(ear.heard)
    assert KEYS["PARIS_KEY"].encode() not in b"".join(said)
    assert "PARIS_KEY" not in os.environ


async def test_a_rate_is_shared(dask_client: Client, paris: FakeSnipcart, tmp_path: Path) -> None:
    """All workers together ask no faster than allowed, and a 429 on the way only makes it longer."""
    asyncio.get_running_loop().call_later(1.0, paris.rate_limit, 0.5)
    reports = await export_shops(dask_client, [shop_of(paris)], tmp_path, rate_limit=RateLimit(40))
    report = reports["paris"]

    assert report.complete
    assert (report.customers, report.windows) == (600, 10)
    assert 429 in {seen.status for seen in paris.requests}
    assert report.requests == len(paris.requests)
    assert report.seconds >= (report.requests - 4) / 40


async def test_what_is_not_proven_is_said(dask_client: Client, tmp_path: Path) -> None:
    """A shop that takes dates for days, records that cannot be read, customers without a date: as a plain export."""
    folder = tmp_path / "customers"
    folder.mkdir()
    with fake_paris(date_precision="day") as days, fake_paris() as odd:
        ids = odd.shop.customer_ids()
        odd.spoil(ids[5], email=7)
        odd.spoil(ids[50], email=7)
        odd.spoil(ids[500], creationDate=...)
        reports = await export_shops(dask_client, [shop_of(days, "days"), shop_of(odd, "odd")], folder)
        for name, fake in {"days": days, "odd": odd}.items():
            report, rows = await plain_export(fake, tmp_path / f"{name}.parquet")

            assert figures(reports[name]) == figures(report)
            assert report.complete == (name == "days")
            assert rows_of(folder, name).equals(rows)

    assert sorted(rejects_of(folder, "odd")) == sorted([ids[5], ids[50]])


async def test_who_is_readable_in_the_next_window_is_no_reject(dask_client: Client, tmp_path: Path) -> None:
    """Shown damaged and without a date before: they have a row, and neither report nor file calls them a reject."""
    with BlinkingSnipcart(api_key=KEYS["PARIS_KEY"]) as fake:
        await fake.blink()
        report = (await export_shops(dask_client, [shop_of(fake)], tmp_path))["paris"]

        assert rows_of(tmp_path, "paris")["id"].to_pylist() == sorted({*fake.shop.customer_ids()} - {fake.broken})
    assert (report.customers, report.rejected, report.unproven) == (239, 1, ())
    assert rejects_of(tmp_path, "paris") == [fake.broken]


async def test_filters_and_tokens_are_those_of_a_plain_export(
    dask_client: Client, paris: FakeSnipcart, tmp_path: Path
) -> None:
    """Only who is asked for is there, and the report says so; tokens are a column where they are asked for."""
    asked_for: dict[str, Any] = {
        "created_from": date(2016, 1, 1),
        "created_to": date(2020, 12, 31),
        "status": "Confirmed",
        "session_tokens": True,
    }
    (tmp_path / "customers").mkdir()
    reports = await export_shops(dask_client, [shop_of(paris)], tmp_path / "customers", **asked_for)
    plain, rows = await plain_export(paris, tmp_path / "paris.parquet", **asked_for)

    assert rows_of(tmp_path / "customers", "paris").equals(rows)
    assert figures(reports["paris"]) == figures(plain)
    assert reports["paris"].filtered
    assert 0 < reports["paris"].customers < 600
    assert "session_token" in rows.schema.names


async def test_one_shop_without_a_key_does_not_end_the_others(
    dask_client: Client, paris: FakeSnipcart, tmp_path: Path
) -> None:
    """The error names the worker and the variable; a wrong key is told apart; the other shop is there as a whole."""
    shops = [
        shop_of(paris, "none", "MISSING_KEY"),
        shop_of(paris, "wrong", "LYON_KEY"),
        shop_of(paris),
    ]
    with pytest.raises(ShopsError, match="2 of 3 shops") as caught:
        await export_shops(dask_client, shops, tmp_path)
    error: ShopsError = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own

    assert [*error.errors] == ["none", "wrong"]
    assert isinstance(error.errors["none"], ConfigurationError)
    assert "shop none: the environment has no MISSING_KEY" in str(error.errors["none"])
    assert str(error.errors["none"]).startswith("on worker ")
    assert isinstance(error.errors["wrong"], AuthenticationError)
    assert {name: report.complete for name, report in error.reports.items()} == {"paris": True}
    assert seen_in(tmp_path) == ["shop=paris"]


async def test_an_older_dataset_is_replaced_only_where_that_is_asked_for(
    dask_client: Client, paris: FakeSnipcart, tmp_path: Path
) -> None:
    """A second run is refused before anything is asked; with `overwrite` the new parts take the place of the old."""
    shops = [shop_of(paris)]
    await export_shops(dask_client, shops, tmp_path)
    asked = len(paris.requests)
    with pytest.raises(ConfigurationError, match=r"folder has shop=paris already: .* overwrite=True"):
        await export_shops(dask_client, shops, tmp_path)
    with pytest.raises(ConfigurationError, match="folder must exist"):
        await export_shops(dask_client, shops, tmp_path / "nowhere")

    assert asked == len(paris.requests)

    for customer_id in paris.shop.customer_ids()[:300]:
        paris.shop.delete(customer_id)
    reports = await export_shops(dask_client, shops, tmp_path, overwrite=True)

    assert reports["paris"].complete
    assert sorted(paris.shop.customer_ids()) == rows_of(tmp_path, "paris")["id"].to_pylist()
    assert seen_in(tmp_path) == ["shop=paris"]


async def test_a_task_that_somebody_takes_away_is_an_error(dask_client: Client, tmp_path: Path) -> None:
    """Who cancels on the cluster ends the shop, and does not look like a cancellation of the program's own."""
    with fake_paris(latency=0.2) as paris:
        running = asyncio.create_task(export_shops(dask_client, [shop_of(paris)], tmp_path))
        await until(lambda: paris.requests)
        await dask_client.cancel([Future(key, dask_client) for key in [*dask_client.futures]])
        with pytest.raises(ShopsError, match="the cluster was closed, or has lost a task"):
            await running


async def test_what_a_worker_lacks_ends_one_shop(paris: FakeSnipcart, tmp_path: Path) -> None:
    """An error that is not ours becomes one that names its type, and what was begun is cleared away."""
    with cluster_of(1) as cluster:
        async with Client(cluster.scheduler_address, asynchronous=True) as dask_client:
            await dask_client.run(exec, "import sys; sys.modules['pyarrow'] = None")  # as if it were not there
            with pytest.raises(ShopsError, match="paris: a worker failed with ModuleNotFoundError: compare what is"):
                await export_shops(dask_client, [shop_of(paris)], tmp_path)

    assert not seen_in(tmp_path)


async def test_a_cluster_that_is_closed_is_an_error_with_what_was_done(tmp_path: Path) -> None:
    """The shop that is finished has its report, although nobody is there any more."""
    with (
        cluster_of(2) as cluster,
        fake_paris(latency=0.2) as paris,
        FakeSnipcart(10, api_key="ST_lyon_0815") as lyon,
    ):
        async with Client(cluster.scheduler_address, asynchronous=True) as dask_client:
            shops = [shop_of(paris), shop_of(lyon, "lyon", "LYON_KEY")]
            running = asyncio.create_task(export_shops(dask_client, shops, tmp_path))
            await until(lambda: seen_in(tmp_path, "shop=lyon"))
            await asyncio.to_thread(cluster.close)
            with pytest.raises(ShopsError, match="1 of 2 shops could not be exported: paris: ") as caught:
                await running

    assert caught.value.reports["lyon"].complete
    assert seen_in(tmp_path, "shop=*") == ["shop=lyon"]


async def test_an_export_that_is_cancelled_leaves_nothing(dask_client: Client, tmp_path: Path) -> None:
    """What was read is removed, and the workers' clients are closed: nobody is asked any more."""
    with fake_paris(latency=0.1) as paris:
        running = asyncio.create_task(export_shops(dask_client, [shop_of(paris)], tmp_path))
        await until(lambda: seen_in(tmp_path, "_*/*.converted"))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not seen_in(tmp_path)
        asked = len(paris.requests)
        await asyncio.sleep(0.5)

        assert asked == len(paris.requests)


async def test_what_cannot_work_is_refused(cluster: LocalCluster, dask_client: Client, tmp_path: Path) -> None:
    """Before anything is sent to anybody."""
    shop = Shop("paris", "PARIS_KEY")
    refused: list[tuple[str, list[Any], dict[str, Any]]] = [
        ("shops must be some", [], {}),
        ("shops must be some", ["paris"], {}),
        ("shops must have different names", [shop, Shop("Paris")], {}),
        ("a key opens one shop", [shop, Shop("lyon", "PARIS_KEY")], {}),
        ("concurrency must be", [shop], {"concurrency": 0}),
        ("rate_limit must be", [shop], {"rate_limit": 10}),
    ]
    for words, shops, options in refused:
        with pytest.raises(ConfigurationError, match=words):
            await export_shops(dask_client, shops, tmp_path, **options)


def test_a_synchronous_client_is_refused(cluster: LocalCluster, tmp_path: Path) -> None:
    """It could not be awaited from within its own loop; the text says what to make instead."""
    with Client(cluster.scheduler_address) as client, pytest.raises(ConfigurationError, match="asynchronous=True"):
        asyncio.run(export_shops(client, [Shop("paris")], tmp_path))


def test_errors_are_exports_errors() -> None:
    """Who handles `ExportError` handles this one."""
    assert issubclass(ShopsError, ExportError)
