"""What the contributor guide says is true, because this checks it."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import snipcart_async
from snipcart_async import models, resources
from snipcart_async.testing.router import ROUTES

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for folder in ("snipcart_async", "tests") for path in (ROOT / folder).rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "core", "misc", "types", "const"}


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_every_module_is_small_named_for_its_subject_and_says_what_it_is_for(path: Path) -> None:
    """Under 250 lines in the package, a docstring everywhere, and no grab bag."""
    text = path.read_text("utf-8")

    assert text.startswith('"""')
    assert path.stem.strip("_") not in FORBIDDEN_NAMES
    assert len(text.splitlines()) <= (250 if path.is_relative_to(ROOT / "snipcart_async") else 400)


PUBLIC = ["snipcart_async", *(f"snipcart_async.{name}" for name in ("errors", "export", "models", "testing", "web"))]


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_sorted_complete_and_there(module: str) -> None:
    """`__all__` is in order, holds nothing twice, is what `dir()` shows, and each name can be had."""
    imported = importlib.import_module(module)
    names = imported.__all__

    assert len(set(names)) == len(names)
    assert [name for name in names if getattr(imported, name, None) is None] == []
    assert set(names) <= set(dir(imported))


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


def _operations() -> set[str]:
    """Give what the docstrings of the resources name, such as `GET /customers/{id}`."""
    return {
        operation
        for path in (ROOT / "snipcart_async" / "resources").glob("*.py")
        for operation in re.findall(r"`((?:GET|PUT|DELETE) /[^`]+)`", path.read_text("utf-8"))
    }


def test_every_operation_of_a_resource_is_listed_in_the_docs() -> None:
    """`GET /customers/{id}` in a docstring stands in the table of endpoints too, and that has no other."""
    table = (ROOT / "docs" / "reference" / "coverage.md").read_text("utf-8")

    assert set(re.findall(r"^\| `([A-Z]+ /[^`]+)`", table, re.MULTILINE)) == _operations()


def test_every_argument_of_a_resource_is_listed_in_the_docs() -> None:
    """The table of endpoints has what can be asked for, not only where."""
    table = (ROOT / "docs" / "reference" / "coverage.md").read_text("utf-8")
    kinds = [getattr(resources, name) for name in resources.__all__]
    methods = [method for kind in kinds for name, method in inspect.getmembers(kind, callable) if name[0] != "_"]
    names = {name for method in methods for name in inspect.signature(method).parameters if not name.endswith("_id")}

    assert {"created_from", "cart_token", "missing_ok"} < names
    assert [name for name in names - {"self"} if not re.search(rf"\b{name}\b", table)] == []


def test_every_operation_of_a_resource_is_served_by_the_fake() -> None:
    """What can be asked can be tested."""
    assert _operations() <= {f"{route.method} {route.template}" for route in ROUTES}


def test_every_command_is_in_the_docs_and_the_docs_name_no_other() -> None:
    """The page of the command is whole."""
    app = pytest.importorskip("snipcart_async.cli.app").app
    page = (ROOT / "docs" / "reference" / "command.md").read_text("utf-8")
    table = page[: page.index("Results are on stdout")]
    commands = {name for name in app if not name.startswith("-")}

    assert set(re.findall(r"`snipcart (\w+)", table)) == commands


def test_every_file_that_the_docs_name_is_there() -> None:
    """Walk-throughs lead somewhere."""
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (document.relative_to(ROOT), name)
        for document in documents
        for name in re.findall(r"`((?:snipcart_async|tests|docs)/[\w/.-]+)`", document.read_text("utf-8"))
    }
    linked = {
        (document.relative_to(ROOT), link)
        for document in documents
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / link).exists()
    }

    assert set() == {(document, name) for document, name in named if not (ROOT / name).exists()}
    assert set() == linked


def test_every_nox_session_that_the_docs_name_exists() -> None:
    """A command in the guide works."""
    sessions = set(re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE))
    guide = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    named = {name for names in re.findall(r"`nox -s ([\w ]+)`", guide) for name in names.split()}

    assert named
    assert named <= sessions


def test_the_readme_is_short_and_its_models_exist() -> None:
    """Under 100 lines: what it is, two commands, one example for each kind of user."""
    readme = (ROOT / "README.md").read_text("utf-8")

    assert len(readme.splitlines()) < 100
    assert {"Customer", "UserSession", "Order"} <= set(models.__all__)


def test_every_test_that_the_docs_name_exists() -> None:
    """A promise leads to what shows it."""
    text = (ROOT / "docs" / "explanation" / "security.md").read_text("utf-8")
    named = re.findall(r"`(test_\w+)` in `(tests/[\w/.]+)`", text)

    assert named
    assert [name for name, file in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")] == []
