"""How Snipcart spells things: every wire shape to attrs models, and back.

The hooks are built once per class by hook factories, from the one table in `spellings`.
"""

import operator
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from math import inf
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter

from .. import _json
from ..models import Customer, Listed, OpenEnum, Order, UserSession
from ..models._model import Model
from .envelope import Envelope, read_envelope
from .fast import read_fast, read_list_fast
from .kinds import kinds
from .leaves import READERS, read_any, read_enum
from .refusal import Refusal
from .steps import Steps
from .structure import model_hook, session_hook, tuple_hook, union_hook
from .unstructure import dump_hook, spell_datetime

M = TypeVar("M", bound=Model)

_ENOUGH_PROBLEMS = 100
_AT_ONCE = 20

__all__ = [
    "Envelope",
    "Refusal",
    "Steps",
    "dump",
    "read",
    "read_envelope",
    "read_item",
    "read_items",
    "read_list",
    "read_listed",
    "read_truly",
]


def _is_tuple(cls: Any) -> bool:
    return get_origin(cls) is tuple


def _is_wide_union(cls: Any) -> bool:
    return len(kinds(cls)) > 1


def _make_converter() -> Converter:
    converter = Converter()
    for kind, read_leaf in READERS.items():
        converter.register_structure_hook(kind, read_leaf)
    converter.register_structure_hook(OpenEnum, read_enum)
    converter.register_structure_hook_func(partial(operator.is_, Any), read_any)
    converter.register_structure_hook_factory(attrs.has, model_hook)
    converter.register_structure_hook_factory(partial(operator.is_, UserSession), session_hook)
    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    converter.register_structure_hook_factory(_is_wide_union, union_hook)
    converter.register_unstructure_hook(datetime, spell_datetime)
    converter.register_unstructure_hook(Decimal, lambda value: value)
    converter.register_unstructure_hook(OpenEnum, lambda value: value.value)
    converter.register_unstructure_hook_factory(attrs.has, dump_hook)
    return converter


_CONVERTER = _make_converter()
_HOOKS: dict[type, Any] = {
    kind: _CONVERTER.get_structure_hook(kind) for kind in (Customer, UserSession, Order, tuple[Order, ...])
}


def read(content: bytes, kind: Any) -> Steps[tuple[Any, tuple[str, ...]]]:
    """Read a body as a model, or a tuple of them: the value, and the problems with their JSON paths."""
    value = yield from read_fast(content, kind)
    return (yield from read_truly(content, kind)) if value is None else (value, ())


def read_truly(content: bytes, kind: Any) -> Steps[tuple[Any, tuple[str, ...]]]:
    """Read a body with the hooks that say what Snipcart's answers mean."""
    document, problem = _json.parse(content)
    if problem:
        return None, (f"$: {problem}",)
    yield
    if type(document) is not list or not _is_tuple(kind):
        return read_item(document, kind)
    models, problems = _split((yield from read_items(document, get_args(kind)[0], "$", enough=_ENOUGH_PROBLEMS)))
    return None if problems else tuple(models), problems


def read_list(content: bytes, kind: type[M]) -> Steps[tuple[Envelope | None, tuple[str, ...]]]:
    """Read a list answer, its items as models; one that cannot be read spoils it."""
    if (envelope := (yield from read_list_fast(content, kind))) is not None:
        return envelope, ()
    envelope, problems = read_envelope(content)
    if envelope is None:
        return None, problems
    models, problems = _split((yield from read_items(envelope.items, kind, enough=_ENOUGH_PROBLEMS)))
    return (None, problems) if problems else (attrs.evolve(envelope, items=models), ())


def read_listed(content: bytes, kind: type[M]) -> Steps[tuple[Envelope | None, tuple[str, ...]]]:
    """Read a list answer, its items as `Listed`: one that cannot be read does not spoil the others."""
    if (envelope := (yield from read_list_fast(content, kind))) is not None:
        return attrs.evolve(envelope, items=[Listed(model) for model in envelope.items]), ()
    envelope, problems = read_envelope(content)
    if envelope is None:
        return None, problems
    items = yield from read_items(envelope.items, kind)
    if b"\\ud" in content.lower():
        items = [
            item if item.model is None else attrs.evolve(item, repaired=not _json.is_unicode(document))
            for item, document in zip(items, envelope.items, strict=True)
        ]
    return attrs.evolve(envelope, items=items), ()


def read_item(document: Any, kind: type[M], path: str = "$") -> tuple[M | None, tuple[str, ...]]:
    """Read a document, which stands at a JSON path: the model, and the problems with theirs."""
    try:
        return _HOOKS[kind](document, kind), ()
    except Refusal as refusal:
        return None, refusal.explain(path)


def read_items(
    documents: Sequence[Any], kind: type[M], root: str = "$.items", *, enough: float = inf
) -> Steps[list[Listed[M]]]:
    """Read the items of a list, each by itself, until there have been `enough` problems."""
    items: list[Listed[M]] = []
    problems = 0
    for place, document in enumerate(documents):
        model, wrong = read_item(document, kind, f"{root}[{place}]")
        items.append(Listed(model) if model is not None else Listed(None, wrong, document))
        problems += len(wrong)
        if problems >= enough:
            break
        if place % _AT_ONCE == 0:
            yield
    return items


def _split(items: list[Listed[M]]) -> tuple[list[M], tuple[str, ...]]:
    """Give the models, and the problems of those that are none."""
    problems = tuple(problem for item in items for problem in item.problems)
    return [item.model for item in items if item.model is not None], problems


def dump(model: Model) -> dict[str, Any]:
    """Write a model as the JSON object that Snipcart documents, addresses flat, money as `Decimal`."""
    document: dict[str, Any] = _CONVERTER.unstructure(model)
    return document
