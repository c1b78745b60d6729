"""The checkpoint: it comes back as it was, or not at all, and tells neither the key nor who is looked for."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from snipcart_async import SnipcartClient
from snipcart_async.export.checkpoint import Checkpoint, Identity, load_checkpoint
from snipcart_async.export.tally import Tally
from snipcart_async.export.window import Window

EVERYTHING = Window(since="2024-01-01T00:00:00Z", name="Ann Canary", status="Confirmed")


def identify(key: str = "ST_canary", *, everything: Window = EVERYTHING, salt: str = "", **other: Any) -> Identity:
    """Identify an export; nothing is asked."""
    snipcart = SnipcartClient(key, base_url=other.pop("base_url", "https://shop.example/api"))
    given: dict[str, Any] = {"kind": "customers", "format": "Jsonl()", "options": {"session_tokens": False}, **other}
    return Identity.of(snipcart, everything, salt=salt, **given)


@pytest.fixture
def checkpoint() -> Checkpoint:
    """Give a checkpoint with something in every field."""
    state = Checkpoint(
        identity=identify(),
        cuts=(("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", True), ("2024-02-01T00:00:00Z", None, False)),
        total=17,
        settled=datetime(2026, 1, 1, tzinfo=UTC),
        tally=Tally(
            dated=7,
            dated_rejects=2,
            settled=9,
            undated=frozenset({"c8de947a-2483-4e36-9052-031e2aa3f0ac"}),
            undated_rejects=frozenset({"4f5a2f0e-3c1e-4f60-9a47-1d2e3f405162"}),
            windows=1,
            unproven=("a doubt",),
            coarse=("a window",),
            repaired=3,
            requests=5,
            created_until=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        done=1,
        position=1234,
        rejects_position=56,
        customers=7,
        rows=8,
        missing=1,
        rejected_orders=2,
        seconds=1.5,
    )
    return attrs.evolve(state, witness=(0, state.digest(["a canary's id"])))


def seal(content: bytes) -> bytes:
    """Seal any content as a checkpoint is."""
    return b'{"sha256":"%s","checkpoint":%s}' % (hashlib.sha256(content).hexdigest().encode(), content)


def test_round_trip(checkpoint: Checkpoint) -> None:
    """What is written is read."""
    assert load_checkpoint(checkpoint.dump()) == (checkpoint, "")


def test_nothing_is_given_away(checkpoint: Checkpoint) -> None:
    """Neither the key, nor the name looked for, nor an id that was read is in the file."""
    content = checkpoint.dump().lower()

    assert b"canary" not in content
    assert b"ann" not in content.replace(b"cannot", b"")


def test_every_flipped_byte_is_seen(checkpoint: Checkpoint) -> None:
    """Whichever byte the disk has changed, nothing is read; but blanks between the two parts may come and go."""
    content = checkpoint.dump()
    for flip in (0x01, 0x20, 0x80):
        for place in range(len(content)):
            damaged = bytearray(content)
            damaged[place] ^= flip
            saved, problem = load_checkpoint(bytes(damaged))
            assert saved is None or saved == checkpoint, (place, flip)
            assert problem or saved


def test_every_length_but_its_own_is_seen(checkpoint: Checkpoint) -> None:
    """A file that was cut short, or not even begun, is damaged."""
    content = checkpoint.dump()
    for length in range(len(content)):
        assert load_checkpoint(content[:length])[0] is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"no JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"sha256":"","checkpoint":' + b"[" * 100_000,
        b'{"sha256":5,"checkpoint":{}}',
        seal(b"{}"),
        seal(b"[" * 100_000 + b"]" * 100_000),
        seal(b'{"\xff":1}'),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_damaged(content: bytes) -> None:
    """What is no checkpoint is not taken for one, and the text says what to do."""
    saved, problem = load_checkpoint(content)

    assert saved is None
    assert "damaged" in problem
    assert "overwrite=True" in problem


def test_another_version(checkpoint: Checkpoint) -> None:
    """A checkpoint of a version to come is not misread."""
    document = json.loads(checkpoint.dump())["checkpoint"]
    assert load_checkpoint(seal(json.dumps(document).encode()))[0] == checkpoint
    saved, problem = load_checkpoint(seal(json.dumps(document | {"version": checkpoint.version + 1}).encode()))

    assert saved is None
    assert "another version" in problem


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({}, ""),
        ({"key": "ST_another"}, ""),
        ({"kind": "orders"}, "what is exported"),
        ({"format": "Csv()"}, "the format"),
        ({"options": {"session_tokens": True}}, "the options"),
        ({"base_url": "https://other.example/api"}, "the base URL"),
        ({"everything": Window()}, "the filters"),
        ({"everything": attrs.evolve(EVERYTHING, name="Another")}, "the filters"),
        ({"kind": "orders", "format": "Csv()"}, "what is exported, the format"),
    ],
)
def test_what_differs(other: dict[str, Any], named: str) -> None:
    """What is asked for in another way than before is named, the key apart."""
    saved = identify()

    assert identify(salt=saved.salt, **other).differences(saved) == named


def test_the_same_salt_tells_keys_apart() -> None:
    """With the salt of the other one, the same key looks the same, and no other; salts are new each time."""
    saved = identify()

    assert identify(salt=saved.salt) == saved
    assert identify("ST_another", salt=saved.salt).key != saved.key
    assert identify().key != saved.key
    assert identify().filters != saved.filters


def test_windows(checkpoint: Checkpoint) -> None:
    """The windows are those of the plan, filters included."""
    first, last = checkpoint.plan(EVERYTHING).windows

    assert (first.since, first.until, first.dated) == ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", True)
    assert (last.since, last.until, last.dated) == ("2024-02-01T00:00:00Z", None, False)
    assert {(window.name, window.status) for window in (first, last)} == {("Ann Canary", "Confirmed")}
