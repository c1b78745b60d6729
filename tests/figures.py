"""The figures of the house: how large, how entangled, how commented and how typed the package is. `nox -s figures`."""

import ast
import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import grimp

PACKAGE = Path(__file__).parents[1] / "snipcart_async"
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def comment_lines(text: str) -> int:
    """Count the lines with a comment, but for those that speak to a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return sum(not comment.startswith(("# noqa", "# type:", "# pragma")) for comment in comments)


def docstring_lines(text: str) -> int:
    """Count the lines of docstrings, those of fields too."""
    bodies = [node.body for node in ast.walk(ast.parse(text)) if isinstance(node, DOCUMENTED)]
    texts = [statement.value for body in bodies for statement in body if isinstance(statement, ast.Expr)]
    strings = [node for node in texts if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in strings)


def entangled() -> int:
    """Count the modules that import themselves in the end, imports for types counted."""
    graph = grimp.build_graph(PACKAGE.name, cache_dir=None)
    return sum(
        any(graph.chain_exists(imported, module) for imported in graph.find_modules_directly_imported_by(module))
        for module in graph.modules
    )


def typed() -> str:
    """Tell how much of what is public has a known type."""
    command = [str(Path(sys.executable).with_name("basedpyright")), "--verifytypes", PACKAGE.name, "--ignoreexternal"]
    found = subprocess.run([*command, "--outputjson"], capture_output=True, check=False)  # noqa: S603 - our own tool
    return f"{json.loads(found.stdout)['typeCompleteness']['completenessScore']:.1%}"


def figures() -> Iterator[tuple[str, object]]:
    """Measure one after the other."""
    texts = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    sizes = {path: len(text.splitlines()) for path, text in texts.items()}
    lines, biggest = sum(sizes.values()), max(sizes, key=lambda path: sizes[path])
    yield "modules", len(sizes)
    yield "lines", f"{lines:,}"
    yield "lines of the biggest module", f"{sizes[biggest]} ({biggest.relative_to(PACKAGE.parent).as_posix()})"
    yield "lines of the median module", f"{median(sizes.values()):g}"
    yield "modules in import cycles", entangled()
    yield "comment lines per 100", f"{100 * sum(map(comment_lines, texts.values())) / lines:.1f}"
    yield "docstring lines per 100", f"{100 * sum(map(docstring_lines, texts.values())) / lines:.1f}"
    yield "public names with a known type", typed()


if __name__ == "__main__":
    for name, value in figures():
        print(f"{name:32}{value}")
