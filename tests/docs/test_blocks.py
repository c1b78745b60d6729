"""Every code block of the README and the docs runs, `await` included, against a fake Snipcart."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Example

from snipcart_async.testing import FakeSnipcart

from .documents import DOCUMENTS, NAMES, ROOT, blocks, run, run_blocks

GATE = ROOT / "docs" / "how-to" / "sign-in-gate.md"


@pytest.fixture
def at_home(fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Point the environment at a fake shop, and work in an empty folder."""
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_block_of_python_runs(path: Path) -> None:
    """None of them raises."""
    asyncio.run(run_blocks(path))


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("block", blocks(GATE, "python"), ids=lambda block: f"line-{block.line}")
def test_each_recipe_for_a_framework_stands_alone(block: Example) -> None:
    """Who reads about Django need not have read about Starlette: each block has all its imports."""
    asyncio.run(run([block], GATE))


def test_every_test_that_a_page_shows_passes(tmp_path: Path) -> None:
    """Pytest runs them in a folder with nothing else, as a reader would who copied them."""
    for page, name in zip(DOCUMENTS, NAMES, strict=True):
        imports: list[str] = []
        for number, block in enumerate(blocks(page, "python")):
            if "\ndef test_" in block.parsed or "\nasync def test_" in block.parsed:
                copied = "\n".join([*imports, block.parsed])
                (tmp_path / f"test_{number}_of_{Path(name).stem.replace('-', '_')}.py").write_text(copied, "utf-8")
            imports += [line for line in block.parsed.splitlines() if line.startswith(("import ", "from "))]
    done = subprocess.run(  # noqa: S603 - running the docs is the point
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert (done.returncode, "passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_every_shell_block_runs(path: Path) -> None:
    """Commands do what the page says, and end with exit code 0."""
    for block in blocks(path, "bash"):
        done = subprocess.run(  # noqa: S603 - running the docs is the point
            ["/bin/bash", "-euo", "pipefail", "-c", block.parsed],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=50,
            check=False,
        )

        assert done.returncode == 0, f"{path}:{block.line}\n{done.stdout}\n{done.stderr}"
