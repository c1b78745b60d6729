"""Dask: many shops on many machines, each window read by whichever worker is free."""

try:
    import distributed  # noqa: F401 - so that who lacks it is told what to install
except ImportError as _missing:  # pragma: no cover - the tests have it
    raise ImportError(
        "snipcart_async.contrib.dask needs Dask's distributed: pip install 'snipcart-async[dask]'"
    ) from _missing

from ...export.shop import Shop
from .shops import ShopsError, export_shops

__all__ = ["Shop", "ShopsError", "export_shops"]
