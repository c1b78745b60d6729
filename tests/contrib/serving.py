"""Serving a site by uvicorn, as it will be served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def serving(site: Any) -> AsyncIterator[str]:
    """Serve a site on a free port of the loopback, and give its address."""
    config = uvicorn.Config(site, host="127.0.0.1", port=0, log_config=None, lifespan="auto", ws="none")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20.0):
            while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                await asyncio.sleep(0.005)
        (listening,) = server.servers
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
