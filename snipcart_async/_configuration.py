"""What a client is made from: every value is checked before anything is built, and no check shows a value."""

import importlib.metadata
import os
import re
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from ._secret import Secret

DEFAULT_BASE_URL = "https://app.snipcart.com/api"
KEY_VARIABLE = "SNIPCART_SECRET_API_KEY"
URL_VARIABLE = "SNIPCART_BASE_URL"
PUBLIC_VARIABLE = "SNIPCART_API_KEY"
_LONGEST = 10**9
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?<!\.\d)", re.ASCII)


def find_key(given: object, environ: Mapping[str, str] = os.environ) -> tuple[Secret | None, str]:
    """Find the API key, given or in the environment: the key, and what is wrong with it ("" when nothing is)."""
    key = environ.get(KEY_VARIABLE) if given is None else given
    if key is None:
        public = f" ({PUBLIC_VARIABLE} is set, but mostly means the public key)" if PUBLIC_VARIABLE in environ else ""
        return (
            None,
            f"no API key: pass api_key, or set {KEY_VARIABLE} to a secret key from your dashboard{public}",
        )
    if not isinstance(key, str) or not re.fullmatch(r"[!-9;-~]+", key):
        return None, "api_key must be printable ASCII text without blanks or a colon"
    return Secret(key), ""


def find_base_url(given: object, environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Find the base URL: without a slash at its end, and what is wrong with it ("" when nothing is)."""
    text = str(environ.get(URL_VARIABLE, DEFAULT_BASE_URL) if given is None else given)
    if any(mark in text for mark in "?#@"):
        return "", "base_url must have no user, query or fragment"
    scheme, host, path = _split(text)
    if scheme not in {"https", "http"} or not host:
        return "", f"base_url must look like {DEFAULT_BASE_URL}"
    if scheme == "http" and not _is_loopback(host):
        return "", "base_url must be https: the key would travel in clear (http is for loopback addresses only)"
    if not re.fullmatch(r"(/[\w.~-]*)*", path, re.ASCII) or ".." in path:
        return "", "base_url must have a plain path"
    return text.rstrip("/"), ""


def _split(url: str) -> tuple[str, str, str]:
    """Give scheme, host and path of a URL; no host when it is none that could be connected to."""
    if not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        return "", "", ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "", ""
    fine = port != 0 and (_HOST.fullmatch(host) or _is_address(host))
    return parts.scheme, host if fine else "", parts.path


def seconds_problem(name: str, value: object, *, zero: bool = False) -> str:
    """Say what is wrong with a number of seconds ("" when nothing is)."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value <= _LONGEST and (value or zero):  # type: ignore[operator]
        return ""
    return f"{name} must be a {'' if zero else 'positive, '}finite number of seconds"


def count_problem(name: str, value: object, *, at_least: int = 1) -> str:
    """Say what is wrong with a whole number ("" when nothing is)."""
    return "" if type(value) is int and value >= at_least else f"{name} must be a whole number of at least {at_least}"


def proxy_problem(value: object) -> str:
    """Say what is wrong with the address of a proxy ("" when nothing is)."""
    scheme, host, _ = _split(value) if isinstance(value, str) else ("", "", "")
    fine = value is None or (scheme in {"http", "https"} and host)
    return "" if fine else "proxy must be a URL such as http://proxy.example:3128"


def kind_problem(name: str, value: object, kind: type) -> str:
    """Say what is wrong with a part that may be left out ("" when nothing is)."""
    return "" if isinstance(value, kind | None) else f"{name} must be of type {kind.__name__}"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def version(distribution: str = "snipcart-async") -> str:
    """Give the version of this package."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:  # used from a folder, without being installed
        return "unknown"
