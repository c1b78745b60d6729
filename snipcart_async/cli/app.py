"""The command as a whole: its groups, and the exit code and one line that an error becomes."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

import snipcart_async

from ..errors import ConfigurationError, SnipcartError
from .customers import customers
from .demo import demo
from .exit_codes import Exit
from .export import export
from .fake import fake
from .output import say
from .sessions import sessions

app = App(
    name="snipcart",
    help="Ask Snipcart about customers, and export them.\n\n"
    "The secret API key is read from SNIPCART_SECRET_API_KEY. Start with `snipcart demo`: it needs none.",
    version=lambda: snipcart_async.__version__,
    default_parameter=Parameter(negative=(), show_default=lambda value: str(value or "")),
)
for command in (demo, export, customers, sessions, fake):
    app.command(command)


def main(tokens: Sequence[str]) -> int:
    """Run a command in an event loop of its own, and give its exit code."""
    try:
        return asyncio.run(_run_until_terminated(tokens))
    except asyncio.CancelledError:
        return _fail(Exit.TERMINATED, "terminated")


async def run(tokens: Sequence[str]) -> int:
    """Run a command in the present event loop, and give its exit code; an error is one line on stderr."""
    try:
        code = await app.run_async(tokens, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except UnusedCliTokensError as error:
        return _fail(Exit.USAGE, f"{len(error.unused_tokens or ())} argument(s) too many; see --help")
    except (CycloptsError, ConfigurationError) as error:
        return _fail(Exit.USAGE, str(error))
    except SnipcartError as error:
        return _fail(Exit.FAILED, str(error))
    except BrokenPipeError:
        _drop_stdout()
        return Exit.BROKEN_PIPE
    except OSError as error:
        return _fail(Exit.FAILED, error.strerror or type(error).__name__)
    return code or Exit.DONE


async def _run_until_terminated(tokens: Sequence[str]) -> int:
    """Run a command; SIGTERM cancels it, so that it tidies up as it does after Ctrl-C."""
    running = asyncio.create_task(run(tokens))
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    return await running


def _fail(code: Exit, problem: str) -> Exit:
    say(f"snipcart: {' '.join(problem.split())}")
    return code


def _drop_stdout() -> None:
    """Send what Python still holds for a reader who has gone to nowhere, else it complains at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
