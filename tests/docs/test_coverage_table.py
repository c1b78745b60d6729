"""Each parameter of each call stands in the docs, with tests that really try it."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest

from snipcart_async import SnipcartClient

from ..operations import METHODS
from .documents import ROOT

PAGE = (ROOT / "docs" / "reference" / "coverage.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE)
CALLS: dict[str, Callable[..., Any]] = {"request": SnipcartClient.request, **METHODS}


def parameters(call: str) -> list[inspect.Parameter]:
    """Give what a call takes."""
    return list(inspect.signature(CALLS[call]).parameters.values())[1:]


def source(file: str, test: str) -> str:
    """Give the text of a test, and of everything in its module that it names: that is where its examples stand."""
    text = (ROOT / file).read_text("utf-8")
    parts = {name: node for node in ast.parse(text).body for name in defined(node)}
    found, wanted = dict[str, ast.stmt](), [test]
    while wanted:
        name = wanted.pop()
        if name in parts and name not in found:
            found[name] = parts[name]
            wanted += [node.id for node in ast.walk(parts[name]) if isinstance(node, ast.Name)]
    return "\n".join(map(ast.unparse, found.values())) if test in found else ""


def defined(node: ast.stmt) -> Iterator[str]:
    """Give the names that a statement brings into its module."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_each_parameter_has_its_row() -> None:
    """The table has every parameter of every call, in the order of its signature, and no other."""
    told = {call: [name for _, name, _ in rows] for call, rows in groupby(ROWS, key=itemgetter(0))}

    assert told == {call: [it.name for it in parameters(call)] for call in CALLS}


@pytest.mark.parametrize(("call", "name", "tests"), ROWS, ids=[f"{call}-{name}" for call, name, _ in ROWS])
def test_each_test_of_a_row_tries_its_parameter(call: str, name: str, tests: str) -> None:
    """It exists, makes the call, and gives the parameter by its name, or by place where that is how one calls."""
    (parameter,) = (it for it in parameters(call) if it.name == name)
    by_name = parameter.kind is parameter.KEYWORD_ONLY
    named = re.findall(r"`([\w/.]+)::(\w+)`", tests)
    texts = {test: source(file, test) for file, test in named}

    assert len(texts) == tests.count("`") / 2 > 0
    assert [test for test, text in texts.items() if not re.search(rf"\.{call}\(", text)] == []
    assert [test for test, text in texts.items() if by_name and not re.search(rf"\b{name}=|'{name}'", text)] == []
