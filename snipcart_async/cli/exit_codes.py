"""What the exit code of the command means."""

from enum import IntEnum


class Exit(IntEnum):
    """Tell a calling program how a command ended; from 128 on, by which signal."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNPROVEN = 3
    HUNG_UP = 129
    INTERRUPTED = 130  # also in `__main__`, as Ctrl-C may come before this is loaded
    BROKEN_PIPE = 141
    TERMINATED = 143
