"""Stand-ins for what decides or waits: a transport that answers from a list, and a clock that is told the time."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from snipcart_async import Request, Response
from snipcart_async.errors import SnipcartError

SAMPLES = Path(__file__).parent / "samples"
CUSTOMER_ID = "c8de947a-2483-4e36-9052-031e2aa3f0ac"
OTHER_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SESSION_TOKEN = "c83945cd-1802-4861-b1b9-4e98eed8939d"

Answer = Response | SnipcartError | Callable[[Request], Response]


def sample(name: str) -> bytes:
    """Give a document of Snipcart's pages, as it stands there."""
    return (SAMPLES / f"{name}.json").read_bytes()


def document(name: str) -> Any:
    """Give a document of Snipcart's pages as Python values, numbers with a fraction as `Decimal`."""
    return json.loads(sample(name), parse_float=Decimal)


def reply(body: Any = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Build a response; what is not bytes becomes JSON, decimals exactly as they are."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return Response(
        status=status, headers=headers or {}, content=body if isinstance(body, bytes) else encoder.encode(body)
    )


class ScriptedTransport:
    """Answer each request with the next answer of a list, and remember what was asked.

    The last answer goes on for ever; a function is called with the request.
    """

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Response:
        """Answer from the list."""
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, SnipcartError):
            raise answer
        return answer(request) if callable(answer) else answer


class FakeClock:
    """Tell the time it was told; sleeping moves it on at once, and is remembered."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:  # noqa: D102 - what a clock does when asked is known
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.now += seconds
