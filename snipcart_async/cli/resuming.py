"""How to go on with an export that ended early."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import ConfigurationError
from ..export.checkpoint import load_checkpoint
from ..export.place import Place


@contextmanager
def telling_how_to_go_on(kind: str, out: str, *, plain: bool) -> Iterator[None]:
    """Note on what ends an export how to go on with it, where that is possible.

    Unless it is `plain`, there are other options to repeat: they may hold a name, and are not shown.
    """
    try:
        yield
    except ConfigurationError:
        raise
    except BaseException as error:
        if _resumable(Path(out)):
            command = f"snipcart export {kind} {shlex.quote(out)} --resume"
            also = "" if plain else "   (and the other options as before)"
            error.add_note(f"What was read is kept. Go on with: {command}{also}")
        raise


def _resumable(out: Path) -> bool:
    """Tell whether there is a checkpoint that is not damaged."""
    with suppress(OSError):
        saved, _ = load_checkpoint(Place(out).checkpoint.read_bytes())
        return saved is not None
    return False
