"""The API key, kept where no repr, traceback, pickle or error text can show it."""

import base64
import hmac
from typing import Any, NoReturn, final
from urllib.parse import quote


@final
class Masked(str):
    """Be text that travels in full, but shows as `***` in a repr, so also among a traceback's locals."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@final
class Secret:
    """Hold the API key: what to send, and how to take every form of it out of a text."""

    __slots__ = ("_forms", "authorization", "key")

    def __init__(self, key: str) -> None:
        basic = base64.b64encode(f"{key}:".encode()).decode("ascii")
        self.key = Masked(key)
        self.authorization = Masked(f"Basic {basic}")
        forms = {key, basic, basic.rstrip("="), quote(key, safe=""), quote(basic, safe="")}
        self._forms = tuple(Masked(form) for form in sorted(forms, key=len, reverse=True))

    def scrub(self, value: Any) -> Any:
        """Give back a JSON value with every form of the key replaced by `***`."""
        if isinstance(value, str):
            for form in self._forms:
                value = value.replace(form, "***")
            return value
        if isinstance(value, list):
            return [self.scrub(item) for item in value]
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub(item) for key, item in value.items()}
        return value

    def fingerprint(self, salt: bytes) -> str:
        """Give a digest of the key, another one for every salt."""
        return hmac.digest(salt, self.key.encode(), "sha256").hex()

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        message = "an API key is not pickled: pass the name of the environment variable that holds it"
        raise TypeError(message)
