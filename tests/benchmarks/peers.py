"""What else one could write: the same walks and calls with other libraries, as their users would write them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import make_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import aiohttp
import attrs
import cattrs
import httpx
import orjson
import pydantic
import requests

ADDRESS = ("Name", "FirstName", "Address1", "Address2", "City", "Province", "Country", "PostalCode", "Phone")

Fetch = Callable[[int], Awaitable[bytes]]
Read = Callable[[bytes], list[Any]]


async def in_parallel(fetch: Fetch, read: Read, total: int, limit: int, concurrency: int) -> int:
    """Fetch the pages of a list, so many at a time, and read each; give how many customers there were."""
    offsets = iter(range(0, total, limit))
    found = 0

    async def work() -> None:
        nonlocal found
        for offset in offsets:
            found += len(read(await fetch(offset)))

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return found


@asynccontextmanager
async def by_aiohttp(base_url: str, concurrency: int) -> AsyncIterator[Callable[[str], Awaitable[bytes]]]:
    """Get with aiohttp, as its documentation shows."""
    connector = aiohttp.TCPConnector(limit=concurrency)
    headers = {"Authorization": aiohttp.encode_basic_auth("key", "")}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def get(path: str) -> bytes:
            async with session.get(base_url + path) as answer:
                content: bytes = await answer.read()
                return content

        yield get


@asynccontextmanager
async def by_httpx(base_url: str, concurrency: int) -> AsyncIterator[Callable[[str], Awaitable[bytes]]]:
    """Get with httpx, as its documentation shows."""
    limits = httpx.Limits(max_connections=concurrency)
    async with httpx.AsyncClient(auth=("key", ""), limits=limits) as client:

        async def get(path: str) -> bytes:
            content: bytes = (await client.get(base_url + path)).content
            return content

        yield get


def raw(content: bytes) -> list[Any]:
    """Count, and read nothing."""
    return [None] * content.count(b'"creationDate"')


def dicts(content: bytes) -> list[Any]:
    """Read as plain dicts: the floor."""
    items: list[Any] = orjson.loads(content)["items"]
    return items


@attrs.define
class PlainAddress:
    """An address, as one first writes it."""

    name: str | None = None
    first_name: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None
    postal_code: str | None = None
    phone: str | None = None


@attrs.define
class PlainStatistics:
    """What a customer ordered."""

    orders_count: int = 0
    orders_amount: Decimal | None = None
    subscriptions_count: int = 0


@attrs.define
class PlainCustomer:
    """A customer, as one first writes it."""

    id: str
    email: str | None
    creation_date: datetime
    status: str | None
    statistics: PlainStatistics
    billing_address: PlainAddress
    shipping_address: PlainAddress


_PLAIN = cattrs.Converter()
_PLAIN.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
_PLAIN.register_structure_hook(Decimal, lambda value, _: Decimal(str(value)))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


_SNAKE = {name: _snake(name) for name in ADDRESS}


def _regrouped(item: dict[str, Any]) -> dict[str, Any]:
    statistics = item["statistics"]
    return {
        "id": item["id"],
        "email": item["email"],
        "creation_date": item["creationDate"],
        "status": item["status"],
        "statistics": {
            "orders_count": statistics["ordersCount"],
            "orders_amount": statistics["ordersAmount"],
            "subscriptions_count": statistics["subscriptionsCount"],
        },
        **{
            f"{kind}_address": {snake: item.get(f"{kind}Address{name}") for name, snake in _SNAKE.items()}
            for kind in ("billing", "shipping")
        },
    }


def plain_cattrs(content: bytes) -> list[Any]:
    """Regroup the dicts, and let cattrs structure them: what one writes first."""
    return _PLAIN.structure([_regrouped(item) for item in dicts(content)], list[PlainCustomer])


class PydanticAddress(pydantic.BaseModel):
    """An address for pydantic."""

    name: str | None = pydantic.Field(None, alias="Name")
    first_name: str | None = pydantic.Field(None, alias="FirstName")
    address1: str | None = pydantic.Field(None, alias="Address1")
    address2: str | None = pydantic.Field(None, alias="Address2")
    city: str | None = pydantic.Field(None, alias="City")
    province: str | None = pydantic.Field(None, alias="Province")
    country: str | None = pydantic.Field(None, alias="Country")
    postal_code: str | None = pydantic.Field(None, alias="PostalCode")
    phone: str | None = pydantic.Field(None, alias="Phone")


class PydanticStatistics(pydantic.BaseModel):
    """What a customer ordered, for pydantic."""

    orders_count: int = pydantic.Field(alias="ordersCount")
    orders_amount: Decimal | None = pydantic.Field(alias="ordersAmount")
    subscriptions_count: int = pydantic.Field(alias="subscriptionsCount")


class PydanticCustomer(pydantic.BaseModel):
    """A customer for pydantic, whose flat addresses are nested first."""

    id: str
    email: str | None
    creation_date: datetime = pydantic.Field(alias="creationDate")
    status: str | None
    statistics: PydanticStatistics
    billing_address: PydanticAddress
    shipping_address: PydanticAddress

    @pydantic.model_validator(mode="before")
    @classmethod
    def nest(cls, item: dict[str, Any]) -> dict[str, Any]:
        """Nest the flat addresses."""
        nested = {
            f"{kind}_address": {name: item.get(f"{kind}Address{name}") for name in ADDRESS}
            for kind in ("billing", "shipping")
        }
        return item | nested


class PydanticPage(pydantic.BaseModel):
    """A page for pydantic."""

    items: list[PydanticCustomer]


def by_pydantic(content: bytes) -> list[Any]:
    """Validate the bytes."""
    return PydanticPage.model_validate_json(content).items


@attrs.define
class GeneratedCustomer:
    """A customer as openapi-python-client generates it: flat, from a dict, field by field."""

    values: dict[str, Any]
    creation_date: datetime
    additional_properties: dict[str, Any]

    @classmethod
    def from_dict(cls, source: dict[str, Any]) -> Self:
        """Take the dict apart."""
        rest = dict(source)
        creation_date = datetime.fromisoformat(rest.pop("creationDate"))
        names = [f"{kind}Address{name}" for kind in ("billing", "shipping") for name in ADDRESS]
        values = {name: rest.pop(name, None) for name in names}
        return cls(values=values, creation_date=creation_date, additional_properties=rest)


def generated(content: bytes) -> list[Any]:
    """Read as a generated client does."""
    return [GeneratedCustomer.from_dict(item) for item in dicts(content)]


def _rows(items: list[dict[str, Any]]) -> list[Any]:
    """Make dataclasses of the names that come, without converting anything."""
    row = make_dataclass("Row", [_snake(key) for key in items[0]])
    return [row(**{_snake(key): value for key, value in item.items()}) for item in items]


def walk_by_requests(base_url: str, total: int, limit: int) -> int:
    """Walk with requests and dataclasses, page after page."""
    found = 0
    with requests.Session() as session:
        session.auth = ("key", "")
        for offset in range(0, total, limit):
            answer = session.get(f"{base_url}/customers", params={"offset": offset, "limit": limit}, timeout=30)
            found += len(_rows(answer.json()["items"]))
    return found
