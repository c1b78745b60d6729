"""`snipcart fake`: a fake shop to try things on."""

import asyncio
import sys
from typing import Annotated

from cyclopts import Parameter
from cyclopts.types import NonNegativeInt
from cyclopts.validators import Number

from ..testing import FakeSnipcart
from .output import say


async def fake(
    *,
    customers: NonNegativeInt = 240,
    seed: int = 1,
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 0,
) -> None:
    """Serve a fake Snipcart on this machine until Ctrl-C.

    Args:
        customers: How many customers the shop has.
        seed: Which customers: the same seed invents the same ones.
        port: Where to listen; 0 takes a free port.
    """
    async with FakeSnipcart(customers=customers, seed=seed, port=port, remember=0) as shop:
        sys.stdout.write(f"export SNIPCART_BASE_URL={shop.base_url} SNIPCART_SECRET_API_KEY={shop.api_key}\n")
        sys.stdout.flush()
        say(f"A fake shop with {customers:,} invented customers is open: paste the line above into another terminal.")
        say("Ctrl-C closes it.")
        await asyncio.Event().wait()
