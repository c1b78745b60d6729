"""What every model is: a frozen value that keeps unknown fields and shows nobody's personal data."""

from typing import Any, ClassVar

import attrs


@attrs.frozen(kw_only=True, repr=False)
class Model:
    """Be a value read from Snipcart: immutable, picklable, hashable, silent about people."""

    shown: ClassVar[tuple[str, ...]] = ()

    extra: dict[str, Any] = attrs.field(factory=dict, hash=False)
    """Fields that Snipcart sent and this model does not name, as they were sent."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.shown)
        return f"{type(self).__name__}({shown or '…'})"
