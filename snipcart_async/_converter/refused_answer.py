"""What an answer of status 400 and above says, whatever shape it comes in; never raises itself."""

import re
from collections.abc import Iterable
from typing import Any

import attrs

from .. import _json
from .._secret import Secret

_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST = 200
_MESSAGE_KEYS = ("message", "detail", "title", "error_description", "error")
_ERRORS_KEYS = ("errors", "modelState", "details", "validationErrors")


@attrs.frozen
class RefusedAnswer:
    """Hold Snipcart's reasons: a sentence, problems by field, and the parsed body."""

    message: str
    errors: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    body: Any = attrs.field(default=None, repr=False)


def read_refused_answer(content: bytes, secret: Secret, private: Iterable[str] = ()) -> RefusedAnswer:
    """Read the body of a refusal without the key; `private` texts, e-mails and GUIDs are masked in its words."""
    body, problem = _json.parse(content)
    if problem:
        return RefusedAnswer(problem)
    try:
        body = secret.scrub(body)
    except RecursionError:
        return RefusedAnswer("JSON nested too deeply")
    hidden = sorted((text for text in private if len(text) > 2), key=len, reverse=True)
    message, errors = "", {}
    if isinstance(body, dict):
        folded = {str(key).lower(): value for key, value in body.items()}
        texts = (folded.get(key) for key in _MESSAGE_KEYS)
        message = next((text for text in texts if isinstance(text, str) and text), "")
        found = next((folded[key.lower()] for key in _ERRORS_KEYS if folded.get(key.lower())), None)
        errors = _collect(found, hidden)
    elif isinstance(body, list):
        errors = _collect(body, hidden)
    elif isinstance(body, str):
        message = body
    if not message and "" in errors:
        message = errors[""][0]
    return RefusedAnswer(_clean(message, hidden) or "no message", errors, body)


def _collect(found: Any, hidden: list[str]) -> dict[str, tuple[str, ...]]:
    """Gather problems from a dict of fields, a list of texts or objects, or one text; "" is no field."""
    errors: dict[str, tuple[str, ...]] = {}
    if isinstance(found, str):
        errors[""] = (_clean(found, hidden),)
    elif isinstance(found, dict):
        for field, texts in found.items():
            many = texts if isinstance(texts, list) else [texts]
            errors[_clean(str(field), hidden)] = tuple(_clean(_words(text), hidden) for text in many)
    elif isinstance(found, list):
        for item in found:
            named = isinstance(item, dict) and next((item[key] for key in ("field", "key", "name") if key in item), "")
            field = _clean(named if isinstance(named, str) else "", hidden)
            errors[field] = (*errors.get(field, ()), _clean(_words(item), hidden))
    return errors


def _words(item: Any) -> str:
    if isinstance(item, dict):
        item = next((item[key] for key in ("message", "error", "description") if key in item), "")
    return item if isinstance(item, str) else ""


def _clean(text: str, hidden: Iterable[str]) -> str:
    text = text[: 10 * _LONGEST]
    for private in hidden:
        text = text.replace(private, "***")
    text = _GUID.sub("{id}", _EMAIL.sub("***", text))
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:_LONGEST]
