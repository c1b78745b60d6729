"""An enum that a newer Snipcart may extend without breaking an older client."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """Take known values in any case, and keep unknown text as it came."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        folded = value.casefold()
        for member in cls:
            if member.value.casefold() == folded:
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Tell whether this version knows the value."""
        return type(self).__members__.get(self._name_) is self


class Mode(OpenEnum):
    """The mode of the key that asked: Snipcart keeps test and live data apart."""

    LIVE = "Live"
    TEST = "Test"
