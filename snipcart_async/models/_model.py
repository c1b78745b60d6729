"""What every model is: a frozen value that keeps unknown fields and shows nobody's personal data."""

from typing import Any, ClassVar, NoReturn

import attrs


class _NoExtra(dict[str, Any]):
    """Be empty for ever: shared by all models that keep nothing, since a dict each is a tenth of reading them."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a model is immutable, and so is an empty `extra`: evolve the model with a dict of yours")

    __setitem__ = __ior__ = setdefault = update = _refuse

    def __reduce__(self) -> str:
        return "NO_EXTRA"


NO_EXTRA = _NoExtra()


@attrs.frozen(kw_only=True, repr=False)
class Model:
    """Be a value read from Snipcart: immutable, picklable, hashable, silent about people."""

    shown: ClassVar[tuple[str, ...]] = ()

    extra: dict[str, Any] = attrs.field(default=NO_EXTRA, hash=False)
    """Fields that Snipcart sent and this model does not name, as they were sent."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.shown)
        return f"{type(self).__name__}({shown or '…'})"
