"""What the resources of a client offer, as its annotations tell."""

import inspect

from snipcart_async import SnipcartClient

RESOURCES: dict[str, type] = inspect.get_annotations(SnipcartClient)
METHODS = {
    f"{resource}.{name}": method
    for resource, kind in RESOURCES.items()
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if name[0] != "_"
}
