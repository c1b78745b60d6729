"""Say at the end how much of the docs was tried."""

import pytest

from .documents import DOCUMENTS, blocks


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the blocks that the tests run, where all of them did so."""
    failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    if not failed and any("test_blocks" in report.nodeid for report in terminalreporter.getreports("passed")):
        python, shell = (sum(len(blocks(path, language)) for path in DOCUMENTS) for language in ("python", "bash"))
        terminalreporter.write_line(
            f"The docs: {python} blocks of Python run and type-check, {shell} of shell run; {len(DOCUMENTS)} pages."
        )
