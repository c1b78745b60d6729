"""The source for dlt, loaded into a real DuckDB."""

import asyncio
import gc
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import dlt
import duckdb
import pytest
from dlt.extract import DltSource
from dlt.extract.exceptions import ResourceExtractionError
from dlt.pipeline.exceptions import PipelineStepFailed

from snipcart_async import SnipcartClient
from snipcart_async.contrib.dlt import snipcart_source
from snipcart_async.errors import ConfigurationError
from snipcart_async.testing import FakeSnipcart

from ..export.blinking import BlinkingSnipcart
from ..test_privacy import shown
from .loading import by_id, everything_in, make_known, proofs, refusal, rows, shop_of_several_windows


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeSnipcart]:
    """Serve a shop."""
    with shop_of_several_windows(monkeypatch, tmp_path) as fake:
        yield fake


@pytest.fixture
def pipeline(tmp_path: Path) -> dlt.Pipeline:
    """Make a pipeline into a database of its own."""
    return dlt.pipeline(
        "snipcart",
        destination=dlt.destinations.duckdb(str(tmp_path / "warehouse.duckdb")),
        dataset_name="shop",
        pipelines_dir=str(tmp_path / "pipelines"),
    )


def test_two_runs_leave_the_rows_of_one(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """Every customer and order is there once, with the shop's own amounts and dates, and each run says so."""
    for _ in range(2):
        pipeline.run(snipcart_source())

    documents = {guid: fake.shop.document(guid) for guid in fake.shop.customer_ids()}
    orders = {order["token"]: (guid, order) for guid in documents for order in fake.shop.orders(guid)}
    customers, loaded = by_id(pipeline), rows(pipeline, "orders")

    assert {guid: (row["email"], row["billing_address_city"]) for guid, row in customers.items()} == {
        guid: (document["email"], document["billingAddressCity"]) for guid, document in documents.items()
    }
    for guid, document in documents.items():
        assert customers[guid]["statistics_orders_amount"] == document["statistics"]["ordersAmount"]
        assert customers[guid]["creation_date"] == datetime.fromisoformat(document["creationDate"])
    assert len(loaded) == len(orders) > 30
    for row in loaded:
        guid, order = orders[row["token"]]

        assert row["customer_id"] == guid
        assert isinstance(row["final_grand_total"], Decimal)
        assert row["final_grand_total"] == order["finalGrandTotal"]
        assert row["modification_date"] == datetime.fromisoformat(order["modificationDate"])
    assert [
        (proof["resource"], proof["complete"], proof["customers"], proof["rows"]) for proof in proofs(pipeline)
    ] == [
        ("customers", True, 24, 24),
        ("orders", True, 24, len(orders)),
    ] * 2
    assert all(proof["windows"] > 1 and proof["created_until"].tzinfo for proof in proofs(pipeline))


def test_an_incremental_run_asks_for_what_is_new(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """It goes on where the last complete run ended, and leaves who changed or went to a full run."""

    def customers(*, incremental: bool = False) -> DltSource:
        return snipcart_source(incremental=incremental).with_resources("customers", "snipcart_exports")

    pipeline.run(customers())
    asked = len(fake.requests)
    changed, gone, *_ = fake.shop.customer_ids()
    fake.shop.update(changed, email="new@example.com")
    fake.shop.delete(gone)
    new = fake.shop.add_customer()
    before = by_id(pipeline)
    pipeline.run(customers(incremental=True))
    first, second = proofs(pipeline)

    assert by_id(pipeline).keys() == {*before, new}
    assert by_id(pipeline)[changed]["email"] != "new@example.com"
    assert len(fake.requests) - asked <= 5 < asked
    assert second["created_from"] == first["created_until"] <= second["created_until"]

    pipeline.run(customers())

    assert by_id(pipeline)[changed]["email"] == "new@example.com"
    assert gone in by_id(pipeline)

    pipeline.run(customers(incremental=True), write_disposition="replace")

    assert by_id(pipeline).keys() == {*fake.shop.customer_ids()}


def test_another_key_begins_anew(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """It may open another shop, of which nobody has been read yet."""
    pipeline.run(snipcart_source().with_resources("customers"))
    fake.api_key = "ST_another"
    asked = len(fake.requests)
    pipeline.run(snipcart_source("ST_another", incremental=True).with_resources("customers"))

    assert len(fake.requests) - asked > 10


def test_a_run_that_was_not_complete_is_made_good(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """The next incremental run begins where that one did."""
    spoiled = fake.shop.customer_ids()[7]
    fake.spoil(spoiled, email=12)
    pipeline.run(snipcart_source(require_proof=False, incremental=True).with_resources("customers", "snipcart_exports"))
    (customers,) = proofs(pipeline)

    assert spoiled not in by_id(pipeline)
    assert (customers["complete"], customers["rejected"], customers["rows"], customers["unproven"]) == (
        False,
        1,
        23,
        None,
    )
    assert customers["problems"].startswith(f"{spoiled}: $.items[")
    assert customers["problems"].endswith("email: expected text, got a number")

    fake.spoil(spoiled, email="mended@example.com")
    pipeline.run(snipcart_source(incremental=True).with_resources("customers"))

    assert by_id(pipeline)[spoiled]["email"] == "mended@example.com"


@pytest.mark.parametrize("disposition", ["merge", "replace"])
def test_what_is_not_proven_is_not_loaded(
    disposition: Literal["merge", "replace"], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pipeline: dlt.Pipeline
) -> None:
    """Nothing of such a run comes into the warehouse, unless that is wanted; then a row says what is missing."""
    with shop_of_several_windows(monkeypatch, tmp_path, totals=False):
        with pytest.raises(PipelineStepFailed) as failed:
            pipeline.run(snipcart_source(), write_disposition=disposition)
        with pytest.raises(KeyError, match="customers"):
            rows(pipeline, "customers")

        assert refusal(failed) == (
            "customers: created at any time: Snipcart did not say how many there are; nothing is loaded: "
            "run it again when the shop is quiet, or load what could be read with require_proof=False"
        )

        pipeline.run(snipcart_source(require_proof=False))

    assert len(by_id(pipeline)) == 24
    assert [(proof["complete"], proof["unproven"]) for proof in proofs(pipeline)] == [
        (False, "created at any time: Snipcart did not say how many there are")
    ] * 2


def test_who_is_readable_in_the_next_window_is_no_reject(
    pipeline: dlt.Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Shown damaged and without a date before: they have a row, and the proof does not call them a problem."""
    with BlinkingSnipcart() as fake:
        make_known(monkeypatch, tmp_path, fake)
        asyncio.run(fake.blink())
        pipeline.run(snipcart_source(require_proof=False).with_resources("customers", "snipcart_exports"))
        (proof,) = proofs(pipeline)

        assert by_id(pipeline).keys() == {*fake.shop.customer_ids()} - {fake.broken}
    assert (proof["customers"], proof["rejected"], proof["unproven"]) == (239, 1, None)
    assert proof["problems"].startswith(f"{fake.broken}: ")
    assert "\n" not in proof["problems"]


def test_an_order_that_cannot_be_read_stops_the_run(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """The customer is named by the id, and what is wrong by its place."""
    customer = next(guid for guid in fake.shop.customer_ids() if fake.shop.orders(guid))
    fake.spoil(fake.shop.orders(customer)[0]["token"], email=12)
    with pytest.raises(PipelineStepFailed) as failed:
        pipeline.run(snipcart_source())

    assert f"orders: {customer}: $[0].email: expected text, got a number; nothing is loaded" in refusal(failed)


def test_an_amount_that_a_column_would_round_is_refused(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """Ten digits behind the point, thirty before it, or a count beyond 64 bits: nothing is changed in silence."""
    first, second, third, fourth, *_ = fake.shop.customer_ids()
    amounts = (Decimal("0.1234567891"), Decimal("1e29"), Decimal("99999999999999999999999999999.123456789"))
    for customer, amount in zip((first, second, fourth), amounts, strict=True):
        fake.spoil(customer, statistics={"ordersCount": 1, "ordersAmount": amount})
    fake.spoil(third, statistics={"ordersCount": 2**63, "ordersAmount": 1})
    pipeline.run(snipcart_source(require_proof=False).with_resources("customers", "snipcart_exports"))
    (proof,) = proofs(pipeline)

    assert (proof["rows"], proof["rejected"], proof["complete"]) == (21, 3, False)
    assert set(proof["problems"].splitlines()) == {
        f"{first}: too many digits in statistics_orders_amount",
        f"{second}: too many digits in statistics_orders_amount",
        f"{third}: too many digits in statistics_orders_count",
    }
    assert by_id(pipeline)[fourth]["statistics_orders_amount"] == amounts[2]


def test_a_load_that_failed_proves_nothing(fake: FakeSnipcart, pipeline: dlt.Pipeline, tmp_path: Path) -> None:
    """Dlt loads table by table: the row that says complete counts where the load is among those that are done."""
    pipeline.run(snipcart_source().with_resources("customers", "snipcart_exports"))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as database:
        database.execute("ALTER TABLE shop_staging.customers ALTER COLUMN email SET DATA TYPE INTEGER USING 0")
    with pytest.raises(PipelineStepFailed, match="step=load"):
        pipeline.run(snipcart_source().with_resources("customers", "snipcart_exports"))
    done = "SELECT complete FROM snipcart_exports WHERE _dlt_load_id IN (SELECT load_id FROM _dlt_loads)"

    assert len(proofs(pipeline)) == 2
    assert pipeline.dataset()(done).fetchall() == [(True,)]


def test_a_field_that_snipcart_adds_is_kept(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """It comes into the column `extra`, as JSON; the tables stay as they are."""
    pipeline.run(snipcart_source().with_resources("customers"))
    before = pipeline.default_schema.version_hash
    customer = fake.shop.customer_ids()[0]
    fake.spoil(customer, loyalty={"points": Decimal("12.50")})
    pipeline.run(snipcart_source().with_resources("customers"))

    assert by_id(pipeline)[customer]["extra"] == '{"loyalty":{"points":12.50}}'
    assert pipeline.default_schema.version_hash == before


def test_a_column_may_be_added_by_the_user(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """The resources are dlt's own: a map brings a column, and the table grows with it."""
    source = snipcart_source()
    pipeline.run(source.with_resources("customers"))
    source.customers.add_map(lambda row: row | {"country_is_known": row["billing_address_country"] is not None})
    pipeline.run(source.with_resources("customers"))

    assert {row["country_is_known"] for row in by_id(pipeline).values()} == {
        document["billingAddressCountry"] is not None for document in map(fake.shop.document, fake.shop.customer_ids())
    }


def test_no_key_and_no_session_token_is_left_anywhere(
    fake: FakeSnipcart, pipeline: dlt.Pipeline, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither in dlt's folder, with its state, schema and trace, nor in the database, nor in what is printed."""
    token = fake.sign_in(fake.shop.customer_ids()[0])
    pipeline.run(snipcart_source())
    pipeline.run(snipcart_source(fake.api_key, incremental=True).with_resources("customers"))
    fake.spoil(fake.shop.customer_ids()[1], email=12)
    with pytest.raises(PipelineStepFailed):
        pipeline.run(snipcart_source().with_resources("customers"))
    said = "".join(capfd.readouterr()) + str(pipeline.last_trace)
    found = everything_in(tmp_path)

    assert b"got_to" in found
    assert fake.api_key.encode() not in found
    assert token.encode() not in found
    assert fake.api_key not in said


@pytest.mark.parametrize("concurrency", [0, 8], ids=["refused at once", "in the middle of a run"])
def test_a_crash_report_shows_no_key(fake: FakeSnipcart, concurrency: int) -> None:
    """The locals of our frames, which some show with a traceback, hold the key without showing it."""
    fake.spoil(fake.shop.customer_ids()[0], email=5)

    with pytest.raises((ConfigurationError, ResourceExtractionError)) as caught:
        list(snipcart_source(fake.api_key, concurrency=concurrency))
    said = shown(caught.value)

    assert "'***'" in said
    assert fake.api_key not in said


def test_session_tokens_are_loaded_when_asked_for(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """They log shoppers in, so that has to be said."""
    customer = fake.shop.customer_ids()[0]
    token = fake.sign_in(customer)
    pipeline.run(snipcart_source(session_tokens=True).with_resources("customers"))

    assert by_id(pipeline)[customer]["session_token"] == token


def test_what_is_not_selected_is_not_asked_for(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """Customers alone cost no request for orders, and orders come without customers."""
    pipeline.run(snipcart_source().with_resources("customers"))

    assert {request.path for request in fake.requests} == {"/customers"}

    pipeline.run(snipcart_source(hydrate=True).with_resources("orders"))

    assert any(request.path.startswith("/orders/") for request in fake.requests)
    assert len(rows(pipeline, "orders")) > 30


def test_a_source_can_be_looked_at_without_a_pipeline(fake: FakeSnipcart) -> None:
    """A resource gives its rows, in a running event loop too."""

    async def look() -> list[str]:
        return [row["id"] for row in snipcart_source().customers]

    assert sorted(asyncio.run(look())) == sorted(fake.shop.customer_ids())


def test_the_key_is_dlts_secret_or_the_environments(fake: FakeSnipcart, monkeypatch: pytest.MonkeyPatch) -> None:
    """An `API_KEY` is somebody else's, and is not sent to Snipcart."""
    monkeypatch.setenv("API_KEY", "sk_somebody_elses")
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake.api_key)
    given: list[str | None] = []

    def client(key: str | None) -> SnipcartClient:
        given.append(key)
        return SnipcartClient(key)

    snipcart_source(client=client)
    monkeypatch.delenv("SOURCES__SNIPCART__API_KEY")
    snipcart_source(client=client)
    snipcart_source("ST_mine", client=client)

    assert given == [fake.api_key, None, "ST_mine"]


def test_bad_input_is_refused_before_anything_is_sent(fake: FakeSnipcart, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key, with an unusable one, with nothing to be done at a time, or with failures to be passed over."""
    with pytest.raises(ConfigurationError, match="concurrency must be a whole number"):
        snipcart_source(concurrency=0)
    with pytest.raises(ConfigurationError, match="api_key must be printable"):
        snipcart_source("two words")
    monkeypatch.setenv("LOAD__RAISE_ON_FAILED_JOBS", "false")
    with pytest.raises(ConfigurationError, match="raise_on_failed_jobs is off"):
        snipcart_source()
    monkeypatch.delenv("LOAD__RAISE_ON_FAILED_JOBS")
    monkeypatch.delenv("SOURCES__SNIPCART__API_KEY")
    with pytest.raises(ConfigurationError, match="no API key"):
        snipcart_source()

    assert fake.requests == []


def test_the_last_run_tells_until_when_it_goes(fake: FakeSnipcart, pipeline: dlt.Pipeline) -> None:
    """Everybody created before `created_until` is there; that is now, less a few seconds."""
    began = datetime.now(UTC)
    pipeline.run(snipcart_source().with_resources("customers", "snipcart_exports"))
    (proof,) = proofs(pipeline)

    assert 0 < (began - proof["created_until"]).total_seconds() < 20
    assert proof["requests"] == len(fake.requests)
    assert proof["created_from"] is None


def test_a_run_that_ends_early_leaves_no_connection_open(
    fake: FakeSnipcart, pipeline: dlt.Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    """An error in a step of the user's, or a look at the first rows: all is closed, and nothing is complained of."""

    def refuse(row: dict[str, object]) -> None:
        raise LookupError(row["id"])

    source = snipcart_source()
    source.customers.add_map(refuse)
    with pytest.raises(PipelineStepFailed, match="transform"):
        pipeline.run(source)
    for _ in snipcart_source().orders:
        break
    gc.collect()

    assert [record for record in caplog.records if record.name == "asyncio" and record.levelno >= logging.ERROR] == []
    assert fake.requests
