"""Measuring side by side: candidates take turns in a different order each round, and are compared within the round."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine, Mapping
from random import Random
from typing import Any

import attrs

Candidate = Callable[[], object]


@attrs.frozen
class Spread:
    """Hold the least, the middle and the most of some figures."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, figures: list[float]) -> "Spread":
        """Sum figures up."""
        return cls(min(figures), statistics.median(figures), max(figures))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


def blocking(work: Callable[[], Coroutine[Any, Any, object]]) -> Candidate:
    """Run a coroutine to its end, in an event loop of its own."""
    return lambda: asyncio.run(work())


def take_turns(
    candidates: Mapping[str, Candidate], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Give the seconds that each candidate took in each round; the first round warms up."""
    luck = Random(1)
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name in luck.sample([*candidates], len(candidates)):
            began = clock()
            candidates[name]()
            if number:
                seconds[name].append(clock() - began)
    return seconds


def table(title: str, seconds: Mapping[str, list[float]], *, unit: str, each: float, floor: str) -> str:
    """Lay out what candidates took for each thing they did, and how often the floor's time that is, as Markdown."""
    lines = [f"### {title}", "", f"| | {unit}: median (least to most) | times {floor} |", "|---|---:|---:|"]
    for name, figures in seconds.items():
        took = Spread.of([figure / each for figure in figures])
        lines.append(f"| {name} | {took} | {ratio(seconds, name, floor)} |")
    return "\n".join([*lines, ""])


def counted_table(title: str, counted: Mapping[str, float], *, unit: str, floor: str) -> str:
    """Lay out how many instructions candidates take for each thing they do, as Markdown."""
    lines = [f"### {title}, counted", "", f"| | thousand instructions {unit} | times {floor} |", "|---|---:|---:|"]
    lines += [f"| {name} | {figure / 1000:,.1f} | {figure / counted[floor]:.2f} |" for name, figure in counted.items()]
    return "\n".join([*lines, ""])


def ratio(seconds: Mapping[str, list[float]], name: str, floor: str) -> Spread:
    """Give how often the floor's time a candidate takes, round by round."""
    return Spread.of([mine / other for mine, other in zip(seconds[name], seconds[floor], strict=True)])
