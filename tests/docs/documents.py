"""Find the code blocks of the README and the docs."""

from pathlib import Path

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
