"""What the contributor guide says is true, because this checks it."""

import ast
import inspect
import pkgutil
import re
import subprocess
import symtable
import sys
from pathlib import Path
from typing import Any

import pytest

import snipcart_async
from snipcart_async import contrib, models, resources
from snipcart_async.export.formats import FORMATS
from snipcart_async.testing.router import ROUTES

from .operations import METHODS, RESOURCES

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
}
DOCS = "\n".join(PAGES.values())
MODULES = sorted(path for folder in ("snipcart_async", "tests") for path in (ROOT / folder).rglob("*.py"))
PACKAGE = [path for path in MODULES if path.is_relative_to(ROOT / "snipcart_async")]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "core", "misc", "types", "const"}


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_every_module_is_small_named_for_its_subject_and_says_what_it_is_for(path: Path) -> None:
    """Under 250 lines in the package, a docstring everywhere, and no grab bag."""
    text = path.read_text("utf-8")

    assert text.startswith('"""')
    assert path.stem.strip("_") not in FORBIDDEN_NAMES
    assert len(text.splitlines()) <= (250 if path in PACKAGE else 400)


BEHIND_THE_ROOT = set(snipcart_async._HOMES.values())  # their names are had from the package itself
PUBLIC = ["snipcart_async"] + [
    f"{package.__name__}.{name}"
    for package in (snipcart_async, contrib)
    for _, name, _ in pkgutil.iter_modules(package.__path__)
    if name[0] != "_" and name not in {"contrib", *BEHIND_THE_ROOT}
]


def _source(module: str) -> str:
    path = ROOT.joinpath(*module.split("."))
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8")


def _declared(module: str) -> set[str]:
    """Give `__all__` of a module that may lack what it imports."""
    return set(re.findall(r'"(\w+)"', _source(module).partition("\n__all__ = [")[2].partition("]")[0]))


def _offered(module: str) -> set[str]:
    """Tell what a module defines without an underscore, or what it imports of ours if it defines nothing."""
    text = _source(module)
    symbols = symtable.symtable(text, module, "exec").get_symbols()
    defined = {symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()}
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if node.level or str(node.module).startswith("snipcart_async")]
    return {name for name in defined if name[0] != "_"} or {alias.name for node in ours for alias in node.names}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_sorted_complete_and_there(module: str) -> None:
    """`__all__` is in order, holds nothing twice and all that is offered, is what `dir()` shows, and can be had."""
    imported = pytest.importorskip(module, exc_type=ImportError)
    names: list[str] = imported.__all__

    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert _offered(module) <= set(names) <= set(dir(imported))
    assert [name for name in names if getattr(imported, name, None) is None] == []


def test_every_name_that_the_docs_use_is_public() -> None:
    """What a page imports, or the reference documents, is in `__all__` of the module where it is had."""
    imported = re.findall(r"^from (snipcart_async[\w.]*) import (.+)$", DOCS, re.MULTILINE)
    documented = re.findall(r"^\.\. auto(?:class|data|function):: (snipcart_async[\w.]*)\.(\w+)", DOCS, re.MULTILINE)
    used = {(module, name) for module, names in imported + documented for name in names.split(", ")}
    public = {(module, name) for module in PUBLIC for name in _declared(module)}

    assert {("snipcart_async", "Observer"), ("snipcart_async.errors", "Attempt")} < used
    assert used <= public


def test_every_model_is_public() -> None:
    """What Snipcart's answers are made of can be named in a program of one's own."""
    homes = [f"{models.__name__}.{name}" for _, name, _ in pkgutil.iter_modules(models.__path__) if name[0] != "_"]
    kinds = {kind for home in homes for _, kind in inspect.getmembers(sys.modules[home], inspect.isclass)}

    assert {kind.__name__ for kind in kinds if kind.__module__ in homes} == set(models.__all__)


NOT_FROM_THE_ROOT = {
    "Refusal": "it never leaves the converter, where it carries what is wrong with a document",
    "RefusedError": "the fake's, which knows nothing of ours: it becomes an answer",
    "SnipcartHTTPError": "FastAPI's HTTPException, by which it answers; our error is its `error`",
    "UnreadableError": "it becomes a ConfigurationError, which names the file",
    "_CoarseDatesError": "it never leaves the reading of a window",
    "LostError": "aiohttp's ClientError, which it takes for a failed attempt: it becomes a TransportError",
}


def test_every_error_derives_from_one_root() -> None:
    """`except SnipcartError` is enough: who else raises has a reason above."""
    trees = [ast.parse(path.read_text("utf-8")) for path in PACKAGE]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for node in classes}

    def ancestry(name: str) -> set[str]:
        return {name}.union(*(ancestry(base) for base in bases.get(name, ())))

    errors = {name for name in bases if any(re.search(r"(Error|Exception)$", kind) for kind in ancestry(name))}

    assert errors > {"ApiError", "NotSignedInError", "ShopsError"}
    assert {name for name in errors if "SnipcartError" not in ancestry(name)} == set(NOT_FROM_THE_ROOT)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Lazy names make no others up."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = snipcart_async.nothing  # type: ignore[attr-defined]


def test_a_submodule_can_be_had_as_an_attribute() -> None:
    """`snipcart_async.models` works without an import of its own."""
    assert snipcart_async.__getattr__("models") is models


def test_the_version_is_the_installed_one() -> None:
    """There is one place for it."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)

    assert version is not None
    assert version[1] == snipcart_async.__version__


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import snipcart_async", "aiohttp"),
        ("import snipcart_async.models", "aiohttp"),
        ("import snipcart_async.errors", "aiohttp"),
        ("import snipcart_async.testing.plugin", "aiohttp"),
        ("from snipcart_async import SnipcartClient", "rich"),
        ("from snipcart_async import SnipcartClient", "cyclopts"),
        ("from snipcart_async import SnipcartClient", "pytest"),
    ],
)
def test_an_import_brings_no_more_than_it_needs(statement: str, unwanted: str) -> None:
    """Models cost no HTTP library, and a client no command."""
    script = f"import sys; {statement}; sys.exit({unwanted!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603


OPERATIONS = {
    name: re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]+)`", str(method.__doc__))
    for name, method in METHODS.items()
}
ENDPOINTS = {operation for operations in OPERATIONS.values() for operation in operations}


def _rows() -> dict[str, tuple[str, str]]:
    """Give by its endpoint what a row of the table of endpoints says of the client, and of parameters."""
    table = PAGES["docs/reference/coverage.md"].partition("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z]+ /[^`]+)` \|(.*?)\|(.*?)\|", table, re.MULTILINE)
    return {endpoint: (client, parameters) for endpoint, client, parameters in rows}


def test_every_resource_hangs_on_the_client() -> None:
    """What the client is annotated with is what `resources` gives."""
    assert {kind.__name__ for kind in RESOURCES.values()} == set(resources.__all__)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_a_resource_names_its_operation(method: str) -> None:
    """`GET /customers/{id}` stands once in a docstring, and no other operation."""
    assert len(OPERATIONS[method]) == 1


def test_every_operation_of_a_resource_is_listed_in_the_docs() -> None:
    """`GET /customers/{id}` in a docstring stands in the table of endpoints too, and that has no other."""
    assert set(_rows()) == ENDPOINTS


@pytest.mark.parametrize("endpoint", sorted(ENDPOINTS))
def test_every_argument_of_a_resource_is_listed_in_the_docs(endpoint: str) -> None:
    """Its row in the table of endpoints has the methods that ask for it, and their arguments; no others."""
    client, listed = _rows()[endpoint]
    asking = {name: inspect.signature(METHODS[name]).parameters for name in METHODS if endpoint in OPERATIONS[name]}
    arguments = {argument for parameters in asking.values() for argument in parameters} - {"self"}
    words = set(re.findall(r"\w+", client + listed))

    assert set(re.findall(r"(\w+\.\w+)\(", client)) == set(asking)
    assert {argument for argument in arguments if not argument.endswith("_id")} <= words
    assert set(re.findall(r"\w+", listed)) <= arguments


def test_every_operation_of_a_resource_is_served_by_the_fake() -> None:
    """What can be asked can be tested."""
    assert {f"{route.method} {route.template}" for route in ROUTES} >= ENDPOINTS


COMMAND_LINES = sorted(
    {
        line.strip()
        for code in re.findall(r"^```(?:bash|sh|text)\n.*?^```|`snipcart [^`\n]+`", DOCS, re.MULTILINE | re.DOTALL)
        for line in re.findall(r"\bsnipcart ([^`\n|<>&;()]+)", code)
    }
)


def test_every_command_is_in_the_docs_and_the_docs_name_no_other() -> None:
    """The page of the command is whole."""
    app = pytest.importorskip("snipcart_async.cli.app").app
    table, _, _ = PAGES["docs/reference/command.md"].partition("Results are on stdout")
    commands = {name for name in app if not name.startswith("-")}

    assert set(re.findall(r"`snipcart (\w+)", table)) == commands


def _options(app: Any, command: Any) -> set[str]:
    """Tell what a command takes; a group of commands takes nothing itself."""
    if not command.default_command:
        return set()
    arguments = command.assemble_argument_collection(default_parameter=app.default_parameter)
    return {name for argument in arguments for name in argument.names}


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_line_in_the_docs_can_be_said(line: str) -> None:
    """Each command in it exists, and knows each of the options."""
    app = pytest.importorskip("snipcart_async.cli.app").app
    words = re.findall(r"[\w./-]+", line)
    _, (*_, command), values = app.parse_commands([word for word in words if word[0] != "-"])

    assert command.default_command or not values
    assert {word for word in words if word[0] == "-"} <= {*app.help_flags, *app.version_flags, *_options(app, command)}


def test_every_option_of_an_export_is_in_the_docs_and_the_docs_name_no_other() -> None:
    """Their table is whole."""
    app = pytest.importorskip("snipcart_async.cli.app").app
    page = PAGES["docs/reference/command.md"].partition("\n## Options of an export\n")[2]
    named = {
        option for row in re.findall(r"^\| (`--.*?) \|", page, re.MULTILINE) for option in row.strip("`").split("` `")
    }

    assert named == {
        option for name in ("customers", "orders") for option in _options(app, app["export"][name]) if option[0] == "-"
    }


def test_every_list_of_formats_is_whole() -> None:
    """Where the docs, a docstring or a message name three formats of an export, they name all, in either spelling."""
    texts = [*PAGES.values(), *(path.read_text("utf-8") for path in PACKAGE)]
    spoken = [str(sys.modules[type(chosen).__module__].__doc__).partition(":")[0] for chosen in FORMATS.values()]
    spellings = [[rf"[`\"]\.?{name}[`\"]" for name in FORMATS], [rf"\b{name}\b" for name in spoken]]
    lines = {line for text in texts for line in text.splitlines()}
    named = {(line, sum(bool(re.search(name, line)) for name in names)) for line in lines for names in spellings}
    lists = [(line, count) for line, count in named if count > 2]

    assert len(lists) > 5
    assert [line for line, count in lists if count < len(FORMATS)] == []


def test_every_file_that_the_docs_name_is_there() -> None:
    """Walk-throughs lead somewhere."""
    named = {
        (page, name)
        for page, text in PAGES.items()
        for name in re.findall(r"`((?:snipcart_async|tests|docs)/[\w/.-]+)`", text)
        if not (ROOT / name).exists()
    }
    linked = {
        (page, link)
        for page, text in PAGES.items()
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", text)
        if not (ROOT / page).parent.joinpath(link).exists()
    }

    assert set() == named | linked


def test_every_nox_session_that_is_named_exists_and_the_guide_names_each() -> None:
    """A command in the docs or in the code works, and a contributor is told of all there are."""
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")
    sessions = set(re.findall(r"^@nox\.session.*\n(?:@.*\n)*def (\w+)", noxfile, re.MULTILINE))
    texts = [*PAGES.values(), *(path.read_text("utf-8") for path in MODULES)]
    guide = PAGES["docs/contributing.md"]

    assert {name for text in texts for name in re.findall(r"nox -s (\w+)", text)} <= sessions
    assert sessions <= set(re.findall(r"`nox -s (\w+)", guide))


def test_the_readme_is_short_and_its_models_exist() -> None:
    """Under 100 lines: what it is, two commands, one example for each kind of user."""
    assert len(PAGES["README.md"].splitlines()) < 100
    assert {"Customer", "UserSession", "Order"} <= set(models.__all__)


def test_every_test_that_the_docs_name_exists() -> None:
    """A promise leads to what shows it."""
    named = re.findall(r"`(test_\w+)` in `(tests/[\w/.]+)`", PAGES["docs/explanation/security.md"])

    assert named
    assert [name for name, file in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")] == []
