"""Refuses what makes no sense where it is given, not where it would first hurt."""

from collections.abc import Collection


def check_choice(name: str, value: object, allowed: Collection[object]) -> None:
    """Raise `ValueError` unless the value is one of those allowed."""
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}")


def check_at_least(name: str, value: float, least: float) -> None:
    """Raise `ValueError` if the value is less than allowed, or not a number at all."""
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
