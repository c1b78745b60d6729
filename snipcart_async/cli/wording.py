"""What went wrong, in the words of the command line, and never with what was typed: it may be secret."""

import re
from datetime import datetime
from typing import Any, get_args

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)

from ..errors import ConfigurationError, ExportError

_MOMENT = "a date such as 2026-01-31, or a time with its zone such as 2026-01-31T09:00:00Z"
_TAKES: dict[Any, str] = {bool: "no value", int: "a whole number", datetime: _MOMENT}
_SPOKEN = {
    "api_key": "SNIPCART_SECRET_API_KEY",
    "base_url": "SNIPCART_BASE_URL",
    "created_from": "--from",
    "created_to": "--to",
    "customer_id": "ID",
    "email": "--email",
    "file": "FILE",
    "format": "--format",
    "limit": "--limit",
    "name": "--name",
    "path": "OUT",
    "resume": "--resume",
    "strict": "--strict",
}
"""What the command calls an argument of the library, which its texts begin with."""
_PHRASES = {
    " pass api_key, or": "",
    "resume=True": "--resume",
    "overwrite=True": "--overwrite",
    "or format must": "or --format must",
    "without strict": "without --strict",
    "without resume": "without --resume",
    "the path": "OUT",
}
"""What the command says for other words of the library."""


def describe_usage(error: CycloptsError) -> str:
    """Say what is wrong with the arguments, from the names of commands and options alone."""
    match error:
        case UnknownCommandError():
            return f"unknown command; choose from {', '.join(name for name in error.app or () if name[0] != '-')}"
        case UnknownOptionError():
            return "unknown option; see --help"
        case UnusedCliTokensError():
            return f"{len(error.unused_tokens or ())} argument(s) too many; see --help"
        case RepeatArgumentError():
            return f"{error.token.keyword} is given more than once"
        case MissingArgumentError(argument=argument) if argument:
            return f"{argument.name} requires a value"
        case ValidationError(argument=argument, exception_message=problem) if argument:
            return f"{argument.name} {problem[:1].lower()}{problem[1:].rstrip('.')}"
        case CoercionError(argument=argument) if argument:
            return f"{argument.name} takes {_describe_value(argument.hint)}"
    return "the arguments cannot be read; see --help"


def describe_refusal(error: ConfigurationError | ExportError) -> str:
    """Say what the library refused, in the words of the command."""
    text = re.sub(r"^\w+", lambda argument: _SPOKEN.get(argument[0], argument[0]), str(error))
    for phrase, spoken in _PHRASES.items():
        text = text.replace(phrase, spoken)
    return text


def _describe_value(hint: Any) -> str:
    """Say what an option takes, whether or not it may be left out."""
    kind = next(iter(get_args(hint)), hint)
    if choices := getattr(kind, "__members__", None):
        return " or ".join(name.lower().replace("_", "-") for name in choices)
    return _TAKES.get(kind, "another value; see --help")
