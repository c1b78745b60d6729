"""What to do next after an error, told by the command line."""

from contextlib import redirect_stdout

import pytest

from snipcart_async.cli.app import run
from snipcart_async.cli.next_step import with_next_step
from snipcart_async.errors import (
    AttemptTimeoutError,
    AuthenticationError,
    ConflictError,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    SnipcartError,
)
from snipcart_async.testing import FakeSnipcart

from .conftest import Terminal

MODES = "A key for Test mode sees only what is in Test mode, and a key for Live mode only what is in Live mode."
WAIT = "Nothing is wrong with the command: wait a while."
ELSEWHERE = {"SNIPCART_BASE_URL": "http://127.0.0.1:8080/api"}


@pytest.mark.parametrize(
    ("error", "environ", "step"),
    [
        (AuthenticationError("no", status=401), {}, ""),
        (
            AuthenticationError("no", status=401),
            {"SNIPCART_API_KEY": "abc", "SNIPCART_SECRET_API_KEY": "abc"},
            "SNIPCART_API_KEY holds the same key, and mostly means the public one: take the secret one.",
        ),
        (
            AuthenticationError("no", status=401),
            ELSEWHERE,
            "SNIPCART_BASE_URL is set, so another host than Snipcart's is asked: unset it, or look what is there.",
        ),
        (
            ConnectError("refused"),
            ELSEWHERE,
            "SNIPCART_BASE_URL is set, so another host than Snipcart's is asked: unset it, or look what is there.",
        ),
        (ConnectError("refused"), {}, "Is this machine online? Proxies are not taken from the environment."),
        (ConnectError("not trusted", certificate=True), {}, ""),
        (
            NotFoundError("no", status=404),
            {},
            MODES,
        ),
        (PermissionDeniedError("no", status=403), {}, "Look in Snipcart's dashboard what this key may do."),
        (
            RateLimitError("slow", status=429, retry_after=400.0),
            {},
            "Nothing is wrong with the command: wait for 400 s.",
        ),
        (RateLimitError("slow", status=429), {}, WAIT),
        (ServerError("down", status=500), {}, WAIT),
        (AttemptTimeoutError("slow"), {}, WAIT),
        (DeadlineExceededError("slow"), {}, WAIT),
        (ConflictError("no", status=409), {}, ""),
    ],
)
def test_what_to_do_next(error: SnipcartError, environ: dict[str, str], step: str) -> None:
    """What is known of the cause is said after the error, in sentences, or nothing is."""
    told = with_next_step(error, environ)

    assert told == (f"{str(error).rstrip('.')}. {step}" if step else str(error))


async def test_the_public_key_is_recognized(
    shop: FakeSnipcart, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who exports the public key under both names is told so, and no key is shown."""
    for name in ("SNIPCART_API_KEY", "SNIPCART_SECRET_API_KEY"):
        monkeypatch.setenv(name, "NotTheSecretOne")
    code = await run(["customers", "list"])

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (1, 1)
    assert "SNIPCART_API_KEY holds the same key" in told
    assert "NotTheSecretOne" not in told


async def test_an_empty_list_is_explained(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """A key for the other mode finds nobody, without any error: that is said, beside an empty result."""
    code = await run(["customers", "list", "--email", "nobody@example.com"])

    assert (code, *capsys.readouterr()) == (0, "", f"Nobody was found. {MODES}\n")


async def test_an_empty_list_on_a_terminal_has_no_table(shop: FakeSnipcart, terminal: Terminal) -> None:
    """Nor has it a heading over nothing."""
    with terminal(redirect_stdout) as shown:
        await run(["customers", "list", "--email", "nobody@example.com"])

    assert shown == [""]
