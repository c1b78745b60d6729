"""Requests for what is not modelled: any relative path, on the same road."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from . import _json
from ._converter.asking import spell_query
from ._converter.leaves import is_guid
from .request import UNSET, Request

_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_NOTHING = Request.to("", "")
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]{1,40}")
_SYNTAX = re.compile(r"[?#%\\\s\x00-\x1f\x7f\ud800-\udfff]")


def unmodelled_request(method: object, path: object, params: object, json: object) -> tuple[Request, str]:
    """Build a request for what is not modelled, and say what is wrong with it ("" when nothing is)."""
    if not isinstance(method, str) or method.upper() not in _METHODS:
        return _NOTHING, f"method must be one of {', '.join(_METHODS)}"
    segments = path.removeprefix("/").split("/") if isinstance(path, str) else []
    if not segments or any(not segment.strip(".") or _SYNTAX.search(segment) for segment in segments):
        return _NOTHING, "path must be relative, without dots or escapes, such as /orders; a query goes into params"
    if not isinstance(params, Mapping):
        return _NOTHING, "params must be a mapping"
    query, problem = spell_query(params)
    body, wrong = (None, "") if json is UNSET else _json.write(json)
    if problem or wrong:
        return _NOTHING, problem or f"json is {wrong}"
    template = "/".join(["", *("{id}" if is_guid(segment) else _shown(segment) for segment in segments)])
    quoted = "/".join(["", *(quote(segment, safe="") for segment in segments)])
    return Request(method=method.upper(), template=template, path=quoted, params=query, body=body), ""


def _shown(segment: str) -> str:
    return segment if _PLAIN.fullmatch(segment) else "{…}"
