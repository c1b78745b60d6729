"""The start of the `snipcart` command, which says what to install where its extra is missing."""

import os
import sys
from typing import NoReturn

_EXTRA = {"cyclopts", "jinja2", "rich"}


def main() -> NoReturn:
    """Run the command with the arguments of this process, and end the process with its exit code."""
    _fill_closed_streams()
    try:
        from snipcart_async.cli import main as run  # noqa: PLC0415 - the extra may be missing

        code = run(sys.argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write("the command needs the extra: pip install 'snipcart-async[cli]'\n")
        code = 2
    except KeyboardInterrupt:  # caught here, as it may come while the modules load
        sys.stderr.write("snipcart: interrupted\n")
        code = 130
    sys.exit(code)


def _fill_closed_streams() -> None:
    """Send what is written to a stream that the caller closed to nowhere; Python gives `None` in its place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end


if __name__ == "__main__":
    main()
