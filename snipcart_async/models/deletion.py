"""The outcome of deleting something, told honestly."""

import attrs


@attrs.frozen
class Deletion:
    """Tell what became of a deletion.

    `deleted`: it is gone because of this call. `uncertain`: an answer was lost on the way, and the next try
    found nothing; almost surely the first try did it, but somebody else may have.
    """

    deleted: bool
    uncertain: bool = False
