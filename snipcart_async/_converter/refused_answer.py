"""What an answer of status 400 and above says, whatever shape it comes in; never raises itself."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, quote_plus

import attrs

from .. import _json
from .._secret import Secret
from .leaves import GUID, read_any
from .refusal import Refusal

_WORD = r"[^\s@<>\"'(),;:]"
_EMAIL = re.compile(rf"(?<!{_WORD}){_WORD}+(?:@|%40){_WORD}+")  # the look-behind keeps it linear
_ESCAPE = re.compile("%[0-9A-F]{2}")
_LONGEST = 200
_LONGEST_READ = 2000
_LONGEST_BODY = 256 * 1024
_MOST_ERRORS = 100
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
    body, problem = (None, "too long to read") if len(content) > _LONGEST_BODY else _json.parse(content)
    if problem:
        return RefusedAnswer(problem)
    try:
        body = secret.scrub(read_any(body))
    except Refusal:
        return RefusedAnswer("JSON nested too deeply")
    hidden = sorted({form for text in private for form in _forms(text)}, key=len, reverse=True)
    message, errors = "", {}
    if isinstance(body, dict):
        folded = {str(key).lower(): value for key, value in body.items()}
        message = next((text for key in _MESSAGE_KEYS if (text := _words(folded.get(key)))), "")
        found = next((folded[key.lower()] for key in _ERRORS_KEYS if folded.get(key.lower())), None)
        errors = _collect(found, hidden)
    elif isinstance(body, list):
        errors = _collect(body, hidden)
    elif isinstance(body, str):
        message = body
    message = _clean(message or next(iter(errors.get("", ())), ""), hidden)
    return RefusedAnswer(message or "no message", errors, body)


def _forms(private: str) -> Iterator[str]:
    """Give a text as it was sent, and as a quoted URL or form spells it; a country code or "on" is no secret."""
    if len(private.encode(errors="replace")) <= 2:
        return
    yield private
    for quoted in (quote(private, safe="", errors="replace"), quote_plus(private, errors="replace")):
        yield quoted
        yield _ESCAPE.sub(lambda escape: escape[0].lower(), quoted)


def _collect(found: Any, hidden: list[str]) -> dict[str, tuple[str, ...]]:
    """Gather problems from a dict of fields, a list of texts or objects, or one text; "" is no field."""
    errors: dict[str, list[str]] = {}
    for field, item in islice(_problems(found), _MOST_ERRORS):
        errors.setdefault(_clean(field, hidden), []).append(_clean(_words(item), hidden))
    return {field: tuple(texts) for field, texts in errors.items()}


def _problems(found: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(found, str):
        yield "", found
    elif isinstance(found, dict):
        for field, texts in found.items():
            for text in texts if isinstance(texts, list) else [texts]:
                yield field, text
    elif isinstance(found, list):
        for item in found:
            named = isinstance(item, dict) and next((item[key] for key in ("field", "key", "name") if key in item), "")
            yield named if isinstance(named, str) else "", item


def _words(item: Any) -> str:
    if isinstance(item, dict):
        item = next((item[key] for key in ("message", "error", "description") if key in item), "")
    return item if isinstance(item, str) else ""


def _clean(text: str, hidden: list[str]) -> str:
    is_cut = len(text) > _LONGEST_READ
    text = text[:_LONGEST_READ]
    for private in hidden:
        text = text.replace(private, "***")
    if is_cut:  # at the end may stand half of what must be hidden
        whole = text[: -len(hidden[0])] if hidden else text
        text = " ".join(whole.split()[:-1])
    text = GUID.sub("{id}", _EMAIL.sub("***", text))
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:_LONGEST]
