"""Why a document is refused: places and words, never values."""

from decimal import Decimal
from typing import Any, Self

_WORDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    Decimal: "a number with a fraction",
    str: "text",
    list: "a list",
    dict: "an object",
}


class Refusal(Exception):  # noqa: N818 - not an error of the program: it never leaves the converter
    """Carry what is wrong with a value up to the document it stands in."""

    def __init__(self, *problems: str | tuple[str, str]) -> None:
        super().__init__()
        self.problems = tuple(("", problem) if isinstance(problem, str) else problem for problem in problems)

    @classmethod
    def of(cls, expected: str, value: Any) -> Self:
        """Say what was expected, and what kind of thing came instead."""
        return cls(f"expected {expected}, got {_WORDS[type(value)]}")

    def under(self, place: str) -> tuple[tuple[str, str], ...]:
        """Give the problems as seen from one level up."""
        return tuple((place + path, problem) for path, problem in self.problems)

    def explain(self, root: str = "$") -> tuple[str, ...]:
        """Give each problem with its JSON path."""
        return tuple(f"{path}: {problem}" for path, problem in self.under(root))
