"""Every Python block of the README and the docs type-checks, as a user's own code would."""

from pathlib import Path
from textwrap import indent

import pytest
from mypy import api

from .documents import DOCUMENTS, NAMES, ROOT, blocks


@pytest.mark.timeout(180)  # without a cache mypy reads all of dlt first: half a minute on a busy machine
def test_the_documented_snippets_type_check(tmp_path: Path) -> None:
    """Mypy, strict, finds nothing in any example or document: each of these becomes the body of one async function."""
    checked = [str(example) for example in sorted((ROOT / "docs" / "examples").rglob("*.py"))]
    for path, name in zip(DOCUMENTS, NAMES, strict=True):
        snippets = [block.parsed for block in blocks(path, "python")]
        if snippets:
            module = tmp_path / f"{name.replace('/', '_').replace('-', '_').removesuffix('.md')}.py"
            module.write_text("async def document() -> None:\n" + indent("\n".join(snippets), "    "), "utf-8")
            checked.append(str(module))
    if len(checked) < len(NAMES) // 2:
        pytest.fail("no snippets found")
    stdout, stderr, status = api.run(["--strict", "--cache-dir", str(ROOT / ".mypy_cache" / "docs"), *checked])

    assert (status, stderr) == (0, ""), stdout
