"""Say at the end how much of the docs was tried."""

from collections.abc import Collection

import pytest

from .documents import DOCUMENTS, NAMES, blocks

EACH_PAGE = ("test_every_block_of_python_runs", "test_every_shell_block_runs")
ALL_PAGES = "test_the_documented_snippets_type_check"


def summary(passed: Collection[str]) -> str:
    """Count the blocks, if the tests that passed are all that try them; else say nothing."""
    if not {ALL_PAGES, *(f"{test}[{name}]" for test in EACH_PAGE for name in NAMES)} <= set(passed):
        return ""
    python, shell = (sum(len(blocks(path, language)) for path in DOCUMENTS) for language in ("python", "bash"))
    return f"The docs: {python} blocks of Python run and type-check, {shell} of shell run; {len(DOCUMENTS)} pages."


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it."""
    passed = terminalreporter.getreports("passed")
    if said := summary([report.nodeid.rpartition("::")[2] for report in passed]):
        terminalreporter.write_line(said)
