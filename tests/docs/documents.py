"""Find the code blocks of the README and the docs, and run them."""

import ast
import inspect
import sys
from pathlib import Path
from types import ModuleType

from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


def blocks(path: Path, language: str) -> list[Example]:
    """Give the blocks of one language, in order."""
    document = Document(path.read_text("utf-8"), str(path))
    parser = CodeBlockParser(language, evaluator=lambda _: None)
    return [
        Example(document, document.text[: region.start].count("\n") + 1, 1, region, document.namespace)
        for region in parser(document)
    ]


async def run_blocks(path: Path) -> ModuleType:
    """Run the Python of a page."""
    return await run(blocks(path, "python"), path)


async def run(examples: list[Example], path: Path) -> ModuleType:
    """Run blocks of a page, one after the other in one module, as the interactive prompt of asyncio would."""
    page = ModuleType("document")
    sys.modules["document"] = page  # frameworks look up the types of a handler in its module
    for block in examples:
        source = "\n" * (block.line + block.parsed.line_offset) + block.parsed
        code = compile(source, path, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        result = eval(code, page.__dict__)  # noqa: S307 - running the docs is the point
        if inspect.iscoroutine(result):
            await result
    return page
