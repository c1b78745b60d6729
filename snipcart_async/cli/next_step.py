"""What to do next after an error: what the library cannot know, because it is about how the command is run."""

import os
from collections.abc import Mapping

from .._configuration import KEY_VARIABLE, PUBLIC_VARIABLE, URL_VARIABLE
from ..errors import (
    AttemptTimeoutError,
    AuthenticationError,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    SnipcartError,
)

MODES = "A key for Test mode sees only what is in Test mode, and a key for Live mode only what is in Live mode."


def with_next_step(error: SnipcartError, environ: Mapping[str, str] = os.environ) -> str:
    """Say what went wrong, and then what to look at or to do, where the error does not say it all."""
    problem, step = str(error), _next_step(error, environ)
    return f"{problem}{'' if problem.endswith('.') else '.'} {step}" if step else problem


def _next_step(error: SnipcartError, environ: Mapping[str, str]) -> str:
    match error:
        case AuthenticationError() if environ.get(PUBLIC_VARIABLE, "") == environ.get(KEY_VARIABLE):
            return f"{PUBLIC_VARIABLE} holds the same key, and mostly means the public one: take the secret one."
        case AuthenticationError() | ConnectError() if URL_VARIABLE in environ:
            return f"{URL_VARIABLE} is set, so another host than Snipcart's is asked: unset it, or look what is there."
        case ConnectError(certificate=False):
            return "Is this machine online? Proxies are not taken from the environment."
        case NotFoundError():
            return MODES
        case PermissionDeniedError():
            return "Look in Snipcart's dashboard what this key may do."
        case RateLimitError(retry_after=float(seconds)):
            return f"Nothing is wrong with the command: wait for {seconds:.0f} s."
        case RateLimitError() | ServerError() | AttemptTimeoutError() | DeadlineExceededError():
            return "Nothing is wrong with the command: wait a while."
    return ""
