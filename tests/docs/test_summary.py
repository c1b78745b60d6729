"""What is said of the docs at the end of a run is said only of a whole run."""

from . import test_blocks, test_snippet_types
from .conftest import summary
from .documents import NAMES

EACH_PAGE = (test_blocks.test_every_block_of_python_runs, test_blocks.test_every_shell_block_runs)
WHOLE = {f"{test.__name__}[{name}]" for test in EACH_PAGE for name in NAMES} | {
    test_snippet_types.test_the_documented_snippets_type_check.__name__
}


def test_who_ran_a_part_of_the_docs_is_told_nothing_of_the_whole() -> None:
    """The numbers stand below a run in which every block passed, and below no other."""
    assert summary([*WHOLE, "test_of_something_else"]).startswith("The docs: ")
    assert {summary(WHOLE - {test}) for test in WHOLE} == {""}
