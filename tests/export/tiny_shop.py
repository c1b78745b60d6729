"""A shop of nothing but ids and dates, behind the transport: it lives, and it is as contrary as Snipcart may be."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any
from uuid import UUID

import attrs

from snipcart_async import Request, Response

_UNITS = {
    "microsecond": timedelta(microseconds=1),
    "millisecond": timedelta(milliseconds=1),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_EDGES = (("from", "0001-01-01T00:00:00Z"), ("to", "9999-12-31T23:59:59Z"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Habits:
    """Say how a shop answers, and what happens in it between two requests."""

    cap: int = 100
    descending: bool = False
    stable: bool = True
    sorted: bool = True
    precision: str = "second"
    inclusive: bool = True
    dates_honoured: bool = True
    says_date: bool = True
    says_total: bool = True
    total_of_all: bool = False
    inserts: float = 0
    deletes: float = 0
    flips: float = 0
    pace: float = 0.3
    """Seconds between two requests, on average."""


@attrs.define
class Person:
    """Be a customer."""

    created: datetime | None
    confirmed: bool


class TinyShop:
    """Answer `GET /customers`, and remember who was there all the time."""

    def __init__(self, dates: list[datetime | None], habits: Habits, seed: int) -> None:
        self.habits = habits
        self.luck = Random(seed)
        self.now = NOW
        self.requests = 0
        self.people: dict[str, Person] = {}
        self.left: set[str] = set()
        self.flipped: set[str] = set()
        self.served = 0
        for created in dates:
            self.add(created)

    def add(self, created: datetime | None) -> None:
        """Let a customer come."""
        guid = str(UUID(int=self.luck.getrandbits(128), version=4))
        self.people[guid] = Person(created, self.luck.random() < 0.5)

    def faithful(self, *, confirmed: bool = False) -> dict[str, datetime | None]:
        """Give those who are still there and never changed their status, with their dates."""
        return {
            guid: person.created
            for guid, person in self.people.items()
            if guid not in self.flipped and (person.confirmed or not confirmed)
        }

    async def send(self, request: Request) -> Response:
        """Answer a page, then let time pass."""
        self.requests += 1
        params = request.params
        found = self._matching(params)
        offset, limit = int(params["offset"]), min(int(params["limit"]), self.habits.cap)
        items = [self._document(guid, person) for guid, person in self._sort(found)[offset : offset + limit]]
        total = (
            {"totalItems": len(self.people if self.habits.total_of_all else found)} if self.habits.says_total else {}
        )
        body = {**total, "offset": offset, "limit": limit, "items": items}
        headers = {"Date": format_datetime(self.now.replace(microsecond=0), usegmt=True)}
        answered = Response(
            status=200,
            headers=headers if self.habits.says_date else {},
            content=json.dumps(body).encode(),
            request=request,
            received=self.now.timestamp(),
        )
        self._live()
        return answered

    def _document(self, guid: str, person: Person) -> dict[str, Any]:
        return {"id": guid, "creationDate": person.created and person.created.isoformat()}

    def _sort(self, found: list[tuple[str, Person]]) -> list[tuple[str, Person]]:
        if not self.habits.stable or not self.habits.sorted:
            self.luck.shuffle(found)
        if self.habits.sorted:
            whole = 0 if self.habits.stable else None
            late = datetime.max.replace(tzinfo=UTC)
            found.sort(
                key=lambda one: (
                    (one[1].created or late).replace(microsecond=0) if whole is None else (one[1].created or late)
                )
            )
        return found[::-1] if self.habits.descending else found

    def _matching(self, params: Mapping[str, str]) -> list[tuple[str, Person]]:
        bounded = self.habits.dates_honoured and ("from" in params or "to" in params)
        start, end = (self._ticks(datetime.fromisoformat(params.get(name, edge))) for name, edge in _EDGES)
        slack = 0 if self.habits.inclusive else 1
        return [
            (guid, person)
            for guid, person in self.people.items()
            if (person.confirmed or params.get("status") != "Confirmed")
            and (not bounded or (person.created and start + slack <= self._ticks(person.created) <= end - slack))
        ]

    def _ticks(self, moment: datetime) -> int:
        return (moment - _EPOCH) // _UNITS[self.habits.precision]

    def _live(self) -> None:
        self.now += timedelta(seconds=self.luck.expovariate(1 / self.habits.pace))
        for _ in range(self._how_often(self.habits.inserts)):
            self.add(self.now - timedelta(milliseconds=self.luck.randrange(300)))
        for _ in range(min(self._how_often(self.habits.deletes), len(self.people))):
            del self.people[self.luck.choice([*self.people])]
        for _ in range(self._how_often(self.habits.flips) if self.people else 0):
            guid = self.luck.choice([*self.people])
            self.people[guid].confirmed = not self.people[guid].confirmed
            self.flipped.add(guid)

    def _how_often(self, rate: float) -> int:
        return int(rate) + (self.luck.random() < rate % 1)
