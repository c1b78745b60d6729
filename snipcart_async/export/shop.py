"""A shop as a value that may travel: its key stays in the environment of those who ask it."""

import os
import re
from collections.abc import Sequence
from typing import Any

import attrs

from .._configuration import KEY_VARIABLE, find_base_url
from ..client import SnipcartClient
from ..errors import ConfigurationError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""In capitals, so that a key given by mistake is refused before anybody shows it."""


@attrs.frozen
class Shop:
    """Name a shop, and the environment variable that holds its secret API key where it is asked.

    Without `base_url` a client finds that in its environment, too.

    Raises:
        ConfigurationError: The name, the variable or the URL is unusable.
    """

    name: str
    key_variable: str = KEY_VARIABLE
    base_url: str | None = None

    def __attrs_post_init__(self) -> None:
        problem = "" if self.base_url is None else find_base_url(self.base_url)[1]
        if not _is(_NAME, self.name):
            problem = "name must begin with a letter, and have only letters, digits, '.', '_' and '-'"
        if not _is(_VARIABLE, self.key_variable):
            problem = "key_variable must be the name of an environment variable, in capitals; never the key itself"
        if problem:
            raise ConfigurationError(problem)

    def client(self, **options: Any) -> SnipcartClient:
        """Make a client with the key of this process's environment, and other arguments as given.

        Raises:
            ConfigurationError: The environment lacks the key, or something in it is unusable.
        """
        if self.key_variable not in os.environ:
            raise ConfigurationError(f"shop {self.name}: the environment has no {self.key_variable}")
        return SnipcartClient(os.environ[self.key_variable], base_url=self.base_url, **options)


def shops_problem(shops: Sequence[object]) -> str:
    """Say why these are no shops to be exported together ("" when they are)."""
    some = [shop for shop in shops if isinstance(shop, Shop)]
    if not some or len(some) < len(shops):
        return "shops must be some of type Shop"
    if len({shop.name.lower() for shop in some}) < len(some):
        return "shops must have different names, not by capitals alone"
    if len({(shop.key_variable, shop.base_url) for shop in some}) < len(some):
        return "shops must have different key variables: a key opens one shop"
    return ""


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
