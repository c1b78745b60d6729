"""What the exit code of the command means."""

from enum import IntEnum


class Exit(IntEnum):
    """Tell a calling program how a command ended; from 128 on, by which signal.

    130, for Ctrl-C, is in `__main__`: it may come before this is loaded.
    """

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNPROVEN = 3
    HUNG_UP = 129
    BROKEN_PIPE = 141
    TERMINATED = 143
