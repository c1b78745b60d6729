"""Erasing customers who ask for it, with taskiq on Redis: one client for each worker process, outcomes that are honest.

    REDIS_URL=redis://localhost:6379 taskiq worker tasks:broker

The key comes from each worker's own environment, as `SNIPCART_SECRET_API_KEY`: it never travels with a task.
"""

import asyncio
import base64
import os
import pickle
import signal
from dataclasses import dataclass
from typing import Annotated, Any, cast

from taskiq import Context, TaskiqDepends, TaskiqEvents, TaskiqMessage, TaskiqMiddleware, TaskiqResult, TaskiqState
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from snipcart_async import SnipcartClient
from snipcart_async.errors import SnipcartError

REDIS = os.environ["REDIS_URL"]
LONGEST = float(os.environ.get("LONGEST_ERASURE", "120"))  # seconds


class ErrorsComeHome(TaskiqMiddleware):
    """Send each Snipcart error home whole: of an exception, taskiq itself keeps only the type and the words."""

    def post_execute(self, message: TaskiqMessage, result: TaskiqResult[Any]) -> None:  # noqa: ARG002 - as called
        """Put the error beside the result."""
        if isinstance(result.error, SnipcartError):
            result.labels["snipcart_error"] = base64.b64encode(pickle.dumps(result.error)).decode()


def error_of(result: TaskiqResult[Any]) -> BaseException | None:
    """Give the error of a task that failed, a Snipcart error with all it knew: who writes to your Redis is trusted."""
    pickled = result.labels.get("snipcart_error")
    return cast("SnipcartError", pickle.loads(base64.b64decode(pickled))) if pickled else result.error  # noqa: S301


broker = (
    RedisStreamBroker(REDIS, idle_timeout=int((LONGEST + 5.0) * 1000))  # a task in hand for so long is given to others
    .with_result_backend(RedisAsyncResultBackend[object](REDIS, result_ex_time=86_400))
    .with_middlewares(ErrorsComeHome())
)


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def open_client(state: TaskiqState) -> None:
    """Build the one client of this worker; it opens its connections when they are needed."""
    state.snipcart = SnipcartClient(deadline=LONGEST)
    # Lets any signal wake the event loop: else an idle worker of taskiq 0.13 misses that it shall end.
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: None)


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def close_client(state: TaskiqState) -> None:
    """Close it when the worker ends."""
    await state.snipcart.aclose()


def the_client(context: Annotated[Context, TaskiqDepends()]) -> SnipcartClient:
    """Give the client of this worker."""
    return cast("SnipcartClient", context.state.snipcart)


Client = Annotated[SnipcartClient, TaskiqDepends(the_client)]


@dataclass(frozen=True)
class Erasure:
    """What to write into the register of erasures: in any case nobody is there any more.

    Nobody `was_there` where nobody was found when the task ran; it may have run before. `certain` is False where an
    answer was lost and the next try found nobody: it was most likely our own deletion.
    """

    was_there: bool
    certain: bool


@broker.task("erase")
async def erase(customer_id: str, snipcart: Client) -> Erasure:
    """Erase a customer; a task that is delivered twice does no harm."""
    deletion = await snipcart.customers.delete(customer_id, missing_ok=True)
    return Erasure(was_there=deletion.deleted, certain=not deletion.uncertain)


@broker.task("count_orders")
async def count_orders(customer_id: str, snipcart: Client) -> int:
    """Count the orders of a customer: whose invoices must be kept is not erased yet."""
    return len(await snipcart.customers.orders(customer_id))
