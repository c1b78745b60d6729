"""`Retry-After` as a hostile server may send it: it is understood, or it is no instruction; nothing else happens."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict

from snipcart_async import Request, Response, RetryPolicy
from snipcart_async.retry import Repeat, RetryBudget, RetryingTransport

from .scripted import FakeClock, ScriptedTransport, reply

GET = Request.to("GET", "/customers")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEN_YEARS = 10 * 365 * 86_400.0
ONE_BACKOFF = Repeat(0.5, 5)

NO_INSTRUCTION = {
    "nothing": "",
    "blanks": " \t ",
    "a word": "soon",
    "a sign": "+5",
    "a minus": "-5",
    "minus nothing": "-0",
    "a fraction": "1.5",
    "a fraction of nothing": "0.0",
    "a point": "5.",
    "an exponent": "1e3",
    "hexadecimal": "0x10",
    "not a number": "nan",
    "infinity": "inf",
    "digits apart": "1 0",
    "digits as in code": "1_000",
    "thousands": "1,000",
    "a list": "5, 10",
    "a parameter": "5;q=1",
    "a unit": "5s",
    "quotes": '"5"',
    "Arabic digits": "\u0663",
    "full-width digits": "\uff15",
    "a raised digit": "\u00b2",
    "a Roman number": "\u2164",
    "a blank that is not HTTP's": "\xa05",
    "NUL behind": "5\0",
    "NUL before": "\x005",
    "two lines": "5\r\n10",
    "half a surrogate pair": "\udc80",
    "5 000 letters": "x" * 5000,
    "5 000 digits, then a letter": "1" * 5000 + "x",
    "5 000 blanks between": "1" + " " * 5000 + "1",
    "no zone": "Sun, 22 Nov 2026 12:00:30",
    "a zone by number": "Sun, 22 Nov 2026 12:00:30 +0100",
    "UTC by number": "Sun, 22 Nov 2026 12:00:30 +0000",
    "UTC by name": "Sun, 22 Nov 2026 12:00:30 UTC",
    "an American zone": "Sun, 22 Nov 2026 12:00:30 EST",
    "a zone in small letters": "Sun, 22 Nov 2026 12:00:30 gmt",
    "RFC 850": "Sunday, 22-Nov-26 12:00:30 GMT",
    "asctime": "Sun Nov 22 12:00:30 2026",
    "ISO 8601": "2026-11-22T12:00:30Z",
    "a date without a day": "22 Nov 2026 12:00:30 GMT",
    "a date without seconds": "Sun, 22 Nov 2026 12:00 GMT",
    "a date with a fraction": "Sun, 22 Nov 2026 12:00:30.5 GMT",
    "a month that is none": "Sun, 22 Foo 2026 12:00:30 GMT",
    "a day that is none": "Sun, 00 Nov 2026 12:00:30 GMT",
    "an hour that is none": "Sun, 22 Nov 2026 24:00:00 GMT",
    "a leap second": "Sun, 22 Nov 2026 12:00:60 GMT",
    "a date in Arabic digits": "Sun, \u0662\u0662 Nov 2026 12:00:30 GMT",
    "two dates": "Sun, 22 Nov 2026 12:00:30 GMT, Sun, 22 Nov 2026 12:00:40 GMT",
}


def limited(*asked: str) -> Response:
    """Build a 429 with so many headers, which arrives at a known moment."""
    headers = CIMultiDict([("Retry-After", text) for text in asked])
    return Response(status=429, headers=headers, received=NOW.timestamp())


@pytest.mark.parametrize("text", NO_INSTRUCTION.values(), ids=NO_INSTRUCTION)
def test_what_is_neither_a_whole_number_nor_a_date_is_no_instruction(text: str) -> None:
    """The call backs off as it would have anyway, and the error does not claim to know when to come back."""
    assert (limited(text).retry_after, RetryPolicy().decide(GET, limited(text), [], 1.0)) == (None, ONE_BACKOFF)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0" * 5000, 0.0), ("0" * 4999 + "7", 7.0), ("9" * 5000, TEN_YEARS), ("1" + "0" * 20, TEN_YEARS), ("\t7 ", 7.0)],
    ids=["5 000 zeros", "4 999 zeros and a 7", "5 000 nines", "10^20", "blanks around"],
)
def test_a_whole_number_is_seconds_however_it_is_padded(text: str, expected: float) -> None:
    """Neither its length nor its size is a danger: beyond ten years it is ten years."""
    assert limited(text).retry_after == expected


def test_of_repeated_headers_the_first_counts() -> None:
    """A second instruction neither adds to the first nor makes it unreadable."""
    assert [limited("7", "9").retry_after, limited("9", "7").retry_after, limited("", "7").retry_after] == [7, 9, None]


@given(asked=st.integers(0, 10**30), padding=st.text(" \t", max_size=3))
def test_any_whole_number_is_so_many_seconds(asked: int, padding: str) -> None:
    """What is asked is what is understood, up to ten years."""
    assert limited(f"{padding}{asked}{padding}").retry_after == min(asked, TEN_YEARS)


@given(
    pause=st.integers(-(10**6), 10**9),
    ahead=st.one_of(st.none(), st.integers(-(10**9), 10**9)),
)
def test_any_date_counts_from_the_answers_own_clock(pause: int, ahead: int | None) -> None:
    """A server whose clock is years ahead, or behind, asks for the pause it means."""
    its_now = NOW + timedelta(seconds=ahead or 0)
    response = limited(format_datetime(its_now + timedelta(seconds=pause), usegmt=True))
    if ahead is not None:
        response.headers["Date"] = format_datetime(its_now, usegmt=True)  # type: ignore[index]

    assert response.retry_after == min(max(0, pause), TEN_YEARS)


@given(
    text=st.one_of(
        st.text(max_size=40),
        st.text("0123456789+-., eE_xGMT:", max_size=40),
        st.from_regex(r"[A-Z][a-z]{2}, \d{2} (Nov|[A-Z][a-z]{2}) \d{4} \d{2}:\d{2}:\d{2} GMT", fullmatch=True),
    ),
    date=st.one_of(
        st.none(),
        st.text(max_size=40),
        st.just("Sun, 22 Nov 2026 12:00:00 GMT"),
        st.just("Sun, 22 Nov 0000 00:00:00 GMT"),
    ),
    patience=st.floats(0, 100),
)
@example(text="Sun, 31 Dec 9999 23:59:59 GMT", date="Sat, 01 Jan 0100 00:00:00 GMT", patience=60.0)
def test_no_text_at_all_makes_a_call_fail_or_wait_for_longer_than_it_may(
    text: str, date: str | None, patience: float
) -> None:
    """Whatever the header says, the policy backs off, waits as long as asked, or gives up at once."""
    response = limited(text)
    if date is not None:
        response.headers["Date"] = date  # type: ignore[index]
    asked = response.retry_after

    assert asked is None or 0 <= asked <= TEN_YEARS

    repeat = RetryPolicy(max_retry_after=patience).decide(GET, response, [], 1.0)
    wanted = None if (asked or 0.0) > patience else Repeat(max(0.5, asked or 0.0), 5)

    assert repeat == wanted


@pytest.mark.parametrize(
    ("status", "asked", "slept"),
    [
        (429, None, [0.5, 1.0]),
        (429, "2", [2.0, 2.0]),
        (429, "0", [0.5, 1.0]),
        (429, "soon", [0.5, 1.0]),
        (429, "-2", [0.5, 1.0]),
        (429, "60", [60.0, 60.0]),
        (429, "61", []),
        (429, "1" + "0" * 20, []),
        (429, "Fri, 01 Jan 2099 00:00:00 GMT", []),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT", [0.5, 1.0]),
        (503, "1", [1.0, 1.0]),
        (500, "1", [1.0, 1.0]),
        (503, "61", []),
    ],
)
async def test_a_call_waits_as_long_as_it_is_told_or_not_at_all(
    status: int, asked: str | None, slept: list[float]
) -> None:
    """An instruction is obeyed after every status that is repeated; one beyond `max_retry_after` ends the call."""
    clock = FakeClock()
    inner = ScriptedTransport(reply({}, status, {} if asked is None else {"Retry-After": asked}))
    transport = RetryingTransport(
        inner, RetryPolicy(), RetryBudget(), sleep=clock.sleep, clock=clock, chance=lambda: 1.0
    )
    response = await transport.send(Request.to("GET", "/customers"))

    assert (response.status, clock.slept, len(inner.requests)) == (status, slept, len(slept) + 1)
