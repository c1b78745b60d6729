"""What a client is made from is checked before anything is built, and no check shows a value."""

import traceback
from typing import Any

import pytest

from snipcart_async import SnipcartClient
from snipcart_async._configuration import count_problem, find_base_url, find_key
from snipcart_async.errors import ConfigurationError

CANARY = "CANARY"


@pytest.mark.parametrize(
    "key",
    ["", " ", "a b", "CANARY\n", "CANARY:x", "schlüssel", "CANARY\x00", "\u2028", b"CANARY", 7, "\uff11\uff12"],
    ids=repr,
)
def test_an_unusable_key_is_refused_and_never_shown(key: Any) -> None:
    """A key is printable ASCII without blanks or a colon; the text does not repeat it, nor do our frames."""
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        SnipcartClient(key)

    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in report.stack if "snipcart_async" in frame.filename and "tests" not in frame.filename]
    assert [frame for frame in frames if CANARY in str(frame.locals)] == []
    assert CANARY not in str(caught.value)


def test_a_key_comes_from_the_argument_or_the_environment() -> None:
    """The argument wins; the variable is the one that Snipcart's own words suggest."""
    environ = {"SNIPCART_SECRET_API_KEY": "from-environment"}
    given, _ = find_key("given", environ)
    found, _ = find_key(None, environ)

    assert given is not None
    assert found is not None
    assert [str(given.key), str(found.key)] == ["given", "from-environment"]


def test_without_a_key_the_text_says_where_to_put_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And warns of the variable that mostly holds the public key."""
    monkeypatch.delenv("SNIPCART_SECRET_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="set SNIPCART_SECRET_API_KEY"):
        SnipcartClient()
    monkeypatch.setenv("SNIPCART_API_KEY", "public")
    with pytest.raises(ConfigurationError, match="SNIPCART_API_KEY is set, but mostly means the public key"):
        SnipcartClient()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://app.snipcart.com/api", "https://app.snipcart.com/api"),
        ("https://app.snipcart.com/api/", "https://app.snipcart.com/api"),
        ("https://proxy.example:8443/snipcart//", "https://proxy.example:8443/snipcart"),
        ("http://127.0.0.1:8000/api", "http://127.0.0.1:8000/api"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:80/api", "http://[::1]:80/api"),
    ],
)
def test_a_usable_base_url_is_kept_without_its_slash(url: str, expected: str) -> None:
    """Https anywhere, http on the loopback only."""
    assert (expected, "") == find_base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "app.snipcart.com/api",
        "//app.snipcart.com",
        "https://",
        "http://app.snipcart.com/api",
        "http://127.0.0.1.evil.example/",
        "http://10.0.0.1/api",
        "ftp://app.snipcart.com",
        "file:///etc/passwd",
        "https://user:CANARY@app.snipcart.com",
        "https://app.snipcart.com@evil.example/",
        "https://app.snipcart.com/api?x=CANARY",
        "https://app.snipcart.com/api#CANARY",
        "https://app.snipcart.com/../CANARY",
        "https://app.snipcart.com/%2e%2e/CANARY",
        "https://app.snipcart.com\\@evil.example",
        "https://app.snipcart.com/a b",
        "https://app.snipcart.com/\n",
        "https://app.snipcart.com:99999/",
        "https://[::1/",
        "https://схема.рф/",
        "https://a..b/api",
        "https://.",
        "https://%/",
        "https://x|y/",
        "https://-x.example/",
        "https://x:0/",
        f"https://{'x' * 64}.example/",
    ],
)
def test_an_unusable_base_url_is_refused_and_never_shown(url: str) -> None:
    """The key goes to one host, over TLS, and to no place that a trick in the URL chose."""
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        SnipcartClient("key", base_url=url)

    assert CANARY not in str(caught.value)


def test_the_base_url_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """So one program serves test and live, fake and real."""
    monkeypatch.setenv("SNIPCART_BASE_URL", "http://127.0.0.1:1/api")

    assert repr(SnipcartClient("key")) == "SnipcartClient(base_url='http://127.0.0.1:1/api')"

    monkeypatch.delenv("SNIPCART_BASE_URL")

    assert repr(SnipcartClient("key")) == "SnipcartClient(base_url='https://app.snipcart.com/api')"


@pytest.mark.parametrize(
    "option",
    [
        {"timeout": 0},
        {"timeout": None},
        {"timeout": float("inf")},
        {"timeout": "10"},
        {"timeout": True},
        {"deadline": 0},
        {"deadline": -1},
        {"deadline": float("nan")},
        {"max_concurrency": 0},
        {"max_concurrency": 2.5},
        {"max_response_bytes": 0},
        {"proxy": "proxy.example:3128"},
        {"proxy": "socks5://CANARY@proxy"},
        {"proxy": 7},
        {"proxy": "http://["},
        {"deadline": 10**400},
        {"ssl": False},
        {"ssl": "x"},
        {"rate_limit": 5},
        {"retry": None},
        {"session": "x"},
        {"transport": object},
        {"observers": None},
    ],
    ids=str,
)
def test_an_unusable_option_is_refused_by_name(option: dict[str, Any]) -> None:
    """The text names the option, and not what it was set to."""
    with pytest.raises(ConfigurationError, match=next(iter(option))) as caught:
        SnipcartClient("key", **option)

    assert CANARY not in str(caught.value)


def test_the_proxys_credentials_are_in_no_frame_of_a_refusal() -> None:
    """Whatever option is refused: a proxy may hold a password, and a traceback may be recorded."""
    for option in ({"timeout": -1}, {"retry": None}, {"max_concurrency": 0}):
        unusable: dict[str, Any] = {"proxy": f"http://user:{CANARY}@127.0.0.1:3128", **option}
        with pytest.raises(ConfigurationError) as caught:
            SnipcartClient("key", **unusable)

        report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert [frame for frame in report.stack if frame.filename != __file__ and CANARY in str(frame.locals)] == []


@pytest.mark.parametrize(("value", "at_least"), [(0, 0), (1, 1), (10**9, 1)])
def test_a_whole_number_that_is_large_enough_is_fine(value: int, at_least: int) -> None:
    """The smallest one that is allowed, too."""
    assert count_problem("offset", value, at_least=at_least) == ""


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None])
def test_a_number_too_small_or_of_another_type_is_refused(value: object) -> None:
    """A limit is a whole number of at least 1: not 0, not True, not 1.0."""
    assert count_problem("limit", value) == "limit must be a whole number of at least 1"
