"""The tutorial, done as it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .documents import ROOT, blocks

TUTORIAL = ROOT / "docs" / "tutorial.md"


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="its prompt wants a terminal: python/cpython#140013")
def test_pasted_block_by_block_the_tutorial_prints_what_it_shows(tmp_path: Path) -> None:
    """A real `python -m asyncio` takes every block, finds no error, and prints the texts on the page and no more."""
    done = subprocess.run(
        [sys.executable, "-m", "asyncio"],
        input="".join(f"{block.parsed}\n" for block in blocks(TUTORIAL, "python")),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=50,
        check=False,
    )
    printed = re.sub(r"^(>>> |\.\.\. )+", "", done.stdout, flags=re.MULTILINE)

    assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr
    assert printed.strip() == "".join(block.parsed for block in blocks(TUTORIAL, "text")).strip()
