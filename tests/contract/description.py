"""The description, and what it makes of a request and of an answer: openapi-core judges, nothing here does."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from snipcart_async.testing import SeenRequest

PATH = Path(__file__).with_name("openapi.yaml")
DESCRIPTION = OpenAPI.from_path(PATH)
NO_MORE_KEYS = OpenAPI.from_path(PATH, Config(additional_properties_default_policy="forbid"))
"""The same, but an answer may have no key that the description lacks."""


def check_request(seen: SeenRequest) -> None:
    """Raise unless a request is one of those described: its path, query, body and credentials, and nothing beside."""
    read = DESCRIPTION.unmarshal_request(_as_judged(seen))
    read.raise_for_errors()
    undescribed = seen.query.keys() - read.parameters.query.keys()
    if undescribed:
        raise ValueError(f"query parameters that are not described: {', '.join(undescribed)}")
    if read.body is None and seen.body is not None:
        raise ValueError("a body where none is described")
    if seen.headers.get("Accept") != "application/json":  # OpenAPI leaves this header to the media types
        raise ValueError("the header Accept, which Snipcart requires, is missing or says something else")


def check_answer(
    method: str,
    path: str,
    content: bytes,
    status: int = 200,
    content_type: str = "application/json",
    *,
    by: OpenAPI = DESCRIPTION,
) -> None:
    """Raise unless an answer is one of those described for a method and a path."""
    request = _as_judged(SeenRequest(method, path))
    by.validate_response(request, MockResponse(content, status, content_type=content_type))


def asked(method: str, path: str, query: Mapping[str, str] | None = None, **more: Any) -> SeenRequest:
    """Build a request with the headers that Snipcart's pages ask for, and a body for a PUT."""
    headers = {"Accept": "application/json", "Authorization": "Basic U1Rfa2V5Og==", "Content-Type": "application/json"}
    return SeenRequest(method, path, dict(query or {}), more.pop("headers", headers), more.pop("body", None))


def _as_judged(seen: SeenRequest) -> MockRequest:
    return MockRequest(
        host_url="https://app.snipcart.com",
        method=seen.method,
        path=f"/api{seen.path}",
        args=seen.query,
        headers=dict(seen.headers),
        data=None if seen.body is None else json.dumps(seen.body).encode(),
        content_type=seen.headers.get("Content-Type", ""),
    )
