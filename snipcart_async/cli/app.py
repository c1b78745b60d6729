"""The command as a whole: its groups, and the exit code and one line that an error becomes."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

import snipcart_async

from ..errors import ConfigurationError, ExportError, SnipcartError
from ..export import disk
from .customers import customers
from .demo import demo
from .examples import examples
from .exit_codes import Exit
from .export import export
from .fake import fake
from .next_step import with_next_step
from .output import say
from .report import report
from .sessions import sessions
from .wording import describe_refusal, describe_usage

_ENDINGS = {
    "SIGINT": (Exit.INTERRUPTED, "interrupted"),
    "SIGTERM": (Exit.TERMINATED, "terminated"),
    "SIGHUP": (Exit.HUNG_UP, "hung up"),
}


class Shell(Enum):
    """Name a shell whose words can be completed."""

    BASH = "bash"
    FISH = "fish"
    POWERSHELL = "powershell"
    ZSH = "zsh"


class _HelpConsole(Console):
    """Leave a reader who has gone to `run`."""

    def on_broken_pipe(self) -> None:
        """Raise, where the console itself would end the process with 1."""
        raise BrokenPipeError


app: App = App(
    name="snipcart",
    help="Ask Snipcart about customers, and export them.\n\n"
    "The secret API key is read from SNIPCART_SECRET_API_KEY. Start with `snipcart demo`: it needs none.",
    help_epilogue=examples("demo", "customers list --max 10", "export customers customers.sqlite"),
    version=lambda: snipcart_async.__version__,
    default_parameter=Parameter(
        negative=(), show_default=lambda value: None if value is None or value is False else str(value)
    ),
)
app.command(demo, help_epilogue=examples("demo", "demo --customers 500"))
app.command(fake, help_epilogue=examples("fake", "fake --customers 5000"))
app.command(report, help_epilogue=examples("report customers.sqlite", "report customers.sqlite -o spring.html"))
for _group in (export, customers, sessions):
    app.command(_group)


@app.command(help_epilogue=examples("completion bash"))
def completion(shell: Shell, /) -> None:
    """Print what a shell needs to complete the words of this command.

    Bash reads it with `source <(snipcart completion bash)`, in ~/.bashrc for good; zsh from a file _snipcart
    in a folder of its fpath, fish from ~/.config/fish/completions/snipcart.fish.

    Args:
        shell: The shell it is for.
    """
    sys.stdout.write(app.generate_completion(shell=shell.value))


def main(tokens: Sequence[str]) -> int:
    """Run a command in an event loop of its own, and give its exit code."""
    return asyncio.run(_run_until_signalled(tokens))


async def run(tokens: Sequence[str]) -> int:
    """Run a command in the present event loop, and give its exit code; an error is one line on stderr."""
    try:
        code = await app.run_async(
            tokens, console=_HelpConsole(), exit_on_error=False, print_error=False, result_action="return_value"
        )
        sys.stdout.flush()
    except CycloptsError as error:
        return _fail(Exit.USAGE, describe_usage(error))
    except ConfigurationError as error:
        return _fail(Exit.USAGE, describe_refusal(error))
    except ExportError as error:
        return _fail(Exit.FAILED, describe_refusal(error), error)
    except SnipcartError as error:
        return _fail(Exit.FAILED, with_next_step(error), error)
    except BrokenPipeError:
        _drop_unread()
        return Exit.BROKEN_PIPE
    except OSError as error:
        return _fail(Exit.FAILED, disk.reason(error))
    return code or Exit.DONE


async def _run_until_signalled(tokens: Sequence[str]) -> int:
    """Run a command; SIGTERM and SIGHUP cancel it, as `asyncio.run` does on Ctrl-C, so that it tidies up."""
    running = asyncio.create_task(run(tokens))
    received: list[str] = []

    def end(name: str) -> None:
        received.append(name)
        running.cancel()

    for name in ("SIGTERM", "SIGHUP"):
        with suppress(AttributeError, NotImplementedError):  # Windows has no such signals
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                asyncio.get_running_loop().add_signal_handler(number, end, name)
    try:
        return await running
    except asyncio.CancelledError as error:
        return _fail(*_ENDINGS[received[0] if received else "SIGINT"], error)


def _fail(code: Exit, problem: str, error: BaseException | None = None) -> Exit:
    """Say what went wrong, and below it what an export noted on the error."""
    try:
        say("\n".join([f"snipcart: {' '.join(problem.split())}", *getattr(error, "__notes__", ())]))
    except OSError:  # nobody may be there to read it, as after a hang-up
        _drop_unread()
    return code


def _drop_unread() -> None:
    """Send what Python still holds for a reader who has gone to nowhere, else it complains at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
