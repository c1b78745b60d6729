"""The checkpoint of an export: what it is an export of, and what of that is done."""

import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

import attrs
import msgspec

from ..client import SnipcartClient
from .plan import Plan
from .tally import Tally
from .window import Window

_VERSION = 3
_DAMAGED = (
    "the checkpoint beside the path is damaged, or of another version of this program, so that nothing can be "
    "resumed; begin anew with overwrite=True and without resume"
)


@attrs.frozen(kw_only=True)
class Identity:
    """Say what an export is an export of, without the key and without what the filters look for."""

    kind: str
    format: str
    base_url: str
    options: dict[str, bool]
    salt: str
    key: str
    filters: str

    @classmethod
    def of(cls, snipcart: SnipcartClient, everything: Window, *, salt: str = "", **more: Any) -> "Identity":
        """Identify an export; with the salt of another one, so that both can be compared."""
        salt = salt or secrets.token_hex(16)
        filters = hmac.digest(salt.encode(), json.dumps(attrs.astuple(everything)).encode(), "sha256").hex()
        return cls(
            base_url=snipcart.base_url,
            salt=salt,
            key=snipcart.key_fingerprint(salt.encode()),
            filters=filters,
            **more,
        )

    def differences(self, other: "Identity") -> str:
        """Name what another export has differently, apart from the key ("" when nothing)."""
        words = {
            "kind": "what is exported",
            "format": "the format",
            "base_url": "the base URL",
            "options": "the options",
            "filters": "the filters",
        }
        return ", ".join(text for name, text in words.items() if getattr(self, name) != getattr(other, name))


@attrs.frozen(kw_only=True)
class Checkpoint:
    """Say how far an export is: everything before `position` is on the disk, from the first `done` windows.

    `cuts` bounds the windows: what the filters look for is not written down. `tally` is of who was read, and the
    counts are of what was written. `witness` is a window that is done and not empty, with a digest of the ids in it.
    """

    identity: Identity
    cuts: tuple[tuple[str | None, str | None, bool], ...]
    total: int | None
    settled: datetime
    tally: Tally
    done: int = 0
    position: int = 0
    rejects_position: int = 0
    customers: int = 0
    rows: int = 0
    missing: int = 0
    rejected_orders: int = 0
    witness: tuple[int, str] | None = None
    seconds: float = 0.0
    version: int = _VERSION

    @classmethod
    def of(cls, identity: Identity, plan: Plan) -> "Checkpoint":
        """Give the checkpoint of an export that has a plan, and nothing else yet."""
        cuts = tuple((window.since, window.until, window.dated) for window in plan.windows)
        tally = Tally(requests=plan.requests)
        return cls(identity=identity, cuts=cuts, total=plan.total, settled=plan.settled, tally=tally)

    def plan(self, everything: Window) -> Plan:
        """Give the plan again, of all that is asked for."""
        windows = tuple(
            attrs.evolve(everything, since=since, until=until, dated=dated) for since, until, dated in self.cuts
        )
        return Plan(windows=windows, total=self.total, settled=self.settled, requests=0)

    def digest(self, keys: list[str]) -> str:
        """Give a digest of ids, from which nobody can tell them."""
        return hmac.digest(self.identity.salt.encode(), "\n".join(sorted(keys)).encode(), "sha256").hex()

    def dump(self) -> bytes:
        """Write the checkpoint, sealed against damage."""
        content = msgspec.json.encode(self)
        return msgspec.json.encode({"sha256": hashlib.sha256(content).hexdigest(), "checkpoint": msgspec.Raw(content)})


class _Sealed(msgspec.Struct):
    sha256: str
    checkpoint: msgspec.Raw


def load_checkpoint(content: bytes) -> tuple[Checkpoint | None, str]:
    """Read a checkpoint, and say what is wrong with it ("" when nothing is)."""
    try:
        sealed = msgspec.json.decode(content, type=_Sealed)
        if hashlib.sha256(sealed.checkpoint).hexdigest() == sealed.sha256:
            saved = msgspec.json.decode(sealed.checkpoint, type=Checkpoint)
            if saved.version == _VERSION:
                return saved, ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    return None, _DAMAGED
