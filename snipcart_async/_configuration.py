"""What a client is made from: every value is checked before anything is built, and no check shows a value."""

import math
import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from ._secret import Secret

DEFAULT_BASE_URL = "https://app.snipcart.com/api"
KEY_VARIABLE = "SNIPCART_SECRET_API_KEY"
URL_VARIABLE = "SNIPCART_BASE_URL"
_PUBLIC_VARIABLE = "SNIPCART_API_KEY"


def find_key(given: object, environ: Mapping[str, str] = os.environ) -> tuple[Secret | None, str]:
    """Find the API key, given or in the environment: the key, and what is wrong with it ("" when nothing is)."""
    key = environ.get(KEY_VARIABLE) if given is None else given
    if key is None:
        public = f" ({_PUBLIC_VARIABLE} is set, but mostly means the public key)" if _PUBLIC_VARIABLE in environ else ""
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
    if not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        return "", "base_url must be printable ASCII text without blanks"
    if any(mark in text for mark in "?#@"):
        return "", "base_url must have no user, query or fragment"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "", "base_url is not a URL"
    if parts.scheme not in {"https", "http"} or not host:
        return "", f"base_url must look like {DEFAULT_BASE_URL}"
    if parts.scheme == "http" and not _is_loopback(host):
        return (
            "",
            "base_url must be https: the key would travel in clear (http is for loopback addresses only)",
        )
    if ".." in parts.path or "%" in parts.path:
        return "", "base_url must have a plain path"
    return text.rstrip("/"), ""


def seconds_problem(name: str, value: object, *, zero: bool = False) -> str:
    """Say what is wrong with a number of seconds ("" when nothing is)."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 <= value < math.inf and (value or zero):  # type: ignore[operator]
        return ""
    return f"{name} must be a {'' if zero else 'positive, '}finite number of seconds"


def count_problem(name: str, value: object) -> str:
    """Say what is wrong with a positive whole number ("" when nothing is)."""
    return "" if type(value) is int and value > 0 else f"{name} must be a whole number of at least 1"


def proxy_problem(value: object) -> str:
    """Say what is wrong with the address of a proxy ("" when nothing is)."""
    fine = value is None or (isinstance(value, str) and re.fullmatch(r"https?://[!-~]+", value))
    return "" if fine else "proxy must be a URL such as http://proxy.example:3128"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
