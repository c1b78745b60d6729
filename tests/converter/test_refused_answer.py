"""What an error body says, in any shape: short, printable, and without the key or anybody's data."""

import base64
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async._converter.refused_answer import RefusedAnswer, read_refused_answer
from snipcart_async._secret import Secret

from ..scripted import CUSTOMER_ID
from ..strategies import broken, encode, json_values, texts

KEY = "SECRETKEY_zzz/123"
BASIC = base64.b64encode(f"{KEY}:".encode()).decode()
EMAIL = "pii-canary+1@example.com"
NAME = "Zoë Canary & Söhne"


def refuse(body: Any, *private: str) -> RefusedAnswer:
    """Read an error body."""
    return read_refused_answer(body if isinstance(body, bytes) else encode(body), Secret(KEY), private)


@pytest.mark.parametrize(
    ("body", "message", "errors"),
    [
        ({"message": "No such customer."}, "No such customer.", {}),
        ({"Message": "An error."}, "An error.", {}),
        ({"message": "m", "errors": {"email": ["a", "b"]}}, "m", {"email": ("a", "b")}),
        ({"message": "m", "errors": {"email": "a"}}, "m", {"email": ("a",)}),
        ({"errors": ["a", "b"]}, "a", {"": ("a", "b")}),
        ({"errors": "a"}, "a", {"": ("a",)}),
        ({"errors": [{"field": "x", "message": "a"}, {"key": "x", "message": "b"}]}, "no message", {"x": ("a", "b")}),
        ({"errors": [{"name": "city", "error": "a"}, {"description": "b"}]}, "b", {"city": ("a",), "": ("b",)}),
        ({"errors": [{"field": 5, "message": "a"}, 7, None]}, "a", {"": ("a", "", "")}),
        ({"errors": {"email": {"message": "a"}, "city": {"x": "y"}}}, "no message", {"email": ("a",), "city": ("",)}),
        ({"errors": {"": []}}, "no message", {}),
        ({"errors": {"": ["a"]}}, "a", {"": ("a",)}),
        ({"errors": 5}, "no message", {}),
        ({"error": {"message": "inside"}}, "inside", {}),
        ({"error": "invalid_client", "error_description": "why"}, "why", {}),
        ({"message": 5, "title": "t"}, "t", {}),
        ({"message": "m", "details": [{"field": "email", "message": "a"}]}, "m", {"email": ("a",)}),
        ({"message": "m", "validationErrors": {"city": "a"}, "errors": {}}, "m", {"city": ("a",)}),
        (["a", {"field": "city", "message": "b"}], "a", {"": ("a",), "city": ("b",)}),
        ("a sentence", "a sentence", {}),
        ({}, "no message", {}),
        ([], "no message", {}),
        (None, "no message", {}),
        (5, "no message", {}),
        ({"message": " \n\t "}, "no message", {}),
    ],
)  # fmt: skip
def test_reasons_are_found_in_any_shape(body: Any, message: str, errors: dict[str, tuple[str, ...]]) -> None:
    """A sentence and problems by field are found in dicts, lists, texts and nested objects; "" is no field."""
    answer = refuse(body)

    assert (message, errors) == (answer.message, answer.errors)
    assert body == answer.body


def test_asp_net_model_state_is_read() -> None:
    """The shape of ASP.NET's Web API gives its message, and its problems by field."""
    body = {"Message": "The request is invalid.", "ModelState": {"model.Email": ["Too long.", "Not an e-mail."]}}

    assert refuse(body) == RefusedAnswer(
        "The request is invalid.", {"model.Email": ("Too long.", "Not an e-mail.")}, body
    )


def test_problem_json_is_read() -> None:
    """The shape of RFC 9457 gives its detail before its title, and its problems by field."""
    body = {
        "type": "x",
        "title": "Invalid",
        "status": 400,
        "detail": "The limit is wrong.",
        "errors": {"limit": ["1-100"]},
    }

    assert refuse(body) == RefusedAnswer("The limit is wrong.", {"limit": ("1-100",)}, body)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty, not JSON"), (b"<html>", "HTML, not JSON"), (b"\xff", "not UTF-8"), (b"oops", "not JSON")],
)
def test_a_body_that_is_no_json_is_never_quoted(content: bytes, message: str) -> None:
    """HTML, nothing, or bytes of another encoding give a fixed text."""
    assert RefusedAnswer(message) == refuse(content)


@pytest.mark.parametrize(
    "form",
    [KEY, BASIC, BASIC.rstrip("="), quote(KEY, safe=""), f"Basic {BASIC}", f"'{KEY}:'"],
    ids=["key", "basic", "unpadded", "quoted", "header", "with-colon"],
)
def test_the_key_is_taken_out_everywhere(form: str) -> None:
    """No form of the key stays: not in the words, not in the keys and values of the body."""
    answer = refuse({"message": f"bad key {form}!", "errors": {form: [form]}, "deep": [{form: form}]})
    seen = f"{answer.message} {answer.errors} {answer.body}"

    assert answer.message.startswith("bad key ")
    assert "***" in seen
    for hidden in (KEY, BASIC.rstrip("="), quote(KEY, safe="")):
        assert hidden not in seen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{EMAIL} is taken", "*** is taken"),
        (f"<{EMAIL}>, 'x@y.z'; ({EMAIL})", "<***>, '***'; (***)"),
        ("x@sub.example.co.uk", "***"),
        (f"No resource at https://shop/api/customers?email={quote(EMAIL)}&limit=2", "No resource at https:***"),
        (f"customer {CUSTOMER_ID} is gone", "customer {id} is gone"),
        (f"/customers/{CUSTOMER_ID.upper()}/orders", "/customers/{id}/orders"),
        ("@ 50 % @", "@ 50 % @"),
    ],
)
def test_emails_and_guids_are_masked(text: str, message: str) -> None:
    """What looks like an e-mail or a GUID is masked in the message, in problems and in names of fields."""
    answer = refuse({"message": text, "errors": {text: [text]}})

    assert message == answer.message
    assert {message: (message,)} == answer.errors


@pytest.mark.parametrize(
    "spelled",
    [NAME, quote(NAME), quote_plus(NAME), "Zo%c3%ab%20Canary%20%26%20S%c3%b6hne", "Zo%c3%ab+Canary+%26+S%c3%b6hne"],
    ids=["plain", "quoted", "form", "quoted-in-lower-case", "form-in-lower-case"],
)
def test_what_was_sent_is_masked(spelled: str) -> None:
    """A text that was sent is not repeated, neither as it was nor as a URL spells it."""
    answer = refuse({"message": f"{spelled} is no name", "errors": {spelled: [spelled]}}, NAME, "QC", "")

    assert answer == RefusedAnswer("*** is no name", {"***": ("***",)}, answer.body)


def test_short_texts_that_were_sent_are_masked_if_they_can_be_names() -> None:
    """A name of two Chinese characters is masked; a country code is not, or no message would be left."""
    assert refuse("王伟 of CA, again 王伟", "王伟", "CA").message == "*** of CA, again ***"


def test_the_longest_text_that_was_sent_is_masked_first() -> None:
    """A text within another leaves nothing of the other."""
    assert refuse("Zoë Canary moved", "Zoë", "Zoë Canary").message == "*** moved"


@pytest.mark.parametrize("words", range(44, 50))
@pytest.mark.parametrize("tail", [EMAIL, CUSTOMER_ID, f"{NAME} {'and daughters ' * 4}"], ids=["email", "guid", "sent"])
def test_what_must_be_hidden_cannot_hide_at_the_cut(words: int, tail: str) -> None:
    """Of a very long message, no half of what must be hidden is shown, however much before it was masked."""
    mask = "M" * 40
    message = refuse({"message": f"{f'{mask} ' * words}{tail} and more" + " x" * 300}, mask, tail).message

    assert set(message) <= set("* {}and more x")
    assert "Zo" not in message
    assert len(message) <= 200


def test_a_message_is_cut_and_printable() -> None:
    """At most 200 printable characters are shown: no line breaks, no escape codes, no half characters."""
    answer = refuse({"message": "a\x1b[31m\r\n\ud800\u2028" + "x" * 5_000_000})

    assert len(answer.message) <= 200
    assert answer.message.isprintable()
    assert refuse("y" * 300).message == "y" * 200
    assert refuse({"message": "\ud800", "\ud800": 1}).body == {"message": "\ufffd", "\ufffd": 1}


@pytest.mark.timeout(10)
def test_a_long_message_is_read_in_no_time() -> None:
    """Thousands of long words without an e-mail cost next to nothing."""
    answer = refuse({"errors": {f"f{number}": ["x" * 2000] for number in range(120)}})

    assert len(answer.errors) == 100


def test_a_refusal_of_megabytes_is_not_read() -> None:
    """Nobody needs more words than that, and reading them would take time from others."""
    assert refuse({"message": "x" * 300_000}) == RefusedAnswer("too long to read")


def test_the_body_is_not_shown() -> None:
    """The parsed body is for programs: a repr does not show it."""
    assert EMAIL not in repr(refuse({"message": "m", "customer": EMAIL}))


REFUSALS = st.dictionaries(
    st.sampled_from(("message", "Message", "title", "detail", "error", "errors", "modelState", "details")),
    json_values | st.just(["", {"field": None, "message": [EMAIL]}]),
)


@given(broken(REFUSALS) | json_values, st.lists(texts, max_size=3))
def test_reading_reasons_never_raises(body: Any, private: list[str]) -> None:
    """Whatever the body, the words are short, printable, and free of what must be hidden."""
    answer = refuse(body, EMAIL, *private)
    words = [answer.message, *answer.errors, *(text for many in answer.errors.values() for text in many)]

    assert answer.message
    for text in words:
        assert len(text) <= 200
        assert text.isprintable()
        assert EMAIL not in text


@given(st.binary())
def test_reading_any_bytes_never_raises(content: bytes) -> None:
    """Whatever the bytes, there is a message."""
    assert refuse(content).message
