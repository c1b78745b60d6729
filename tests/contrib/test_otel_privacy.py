"""OpenTelemetry beside its real instrumentation of aiohttp: nothing private in any span, nothing told twice."""

from contextlib import suppress
from urllib.parse import quote

import aiohttp
import pytest
from opentelemetry.trace import SpanKind

from snipcart_async.errors import NotFoundError, SnipcartError
from snipcart_async.testing import FakeSnipcart

from ..scripted import SESSION_TOKEN
from ..test_privacy import CANARIES, EMAIL, FAULTS, KEY, USES
from .tracing import LIST, Tracing, attempt, call, client, met, undisturbed

SENDING = [use for use in USES if use == "bad path" or not use.startswith("bad ")]


async def test_a_borrowed_session_adds_no_span_of_its_own_either(
    fake_snipcart: FakeSnipcart, tracing: Tracing, instrumented: Tracing
) -> None:
    """It was made where nothing is suppressed, and others may be asked through it as before."""
    async with aiohttp.ClientSession() as session:
        snipcart = client(fake_snipcart, tracing.observer(), session=session)
        await snipcart.customers.list().count()

        assert instrumented.spans == []

        async with session.get(fake_snipcart.base_url):
            assert [span.kind for span in instrumented.spans] == [SpanKind.CLIENT]

    assert tracing.trees() == [call(attempt(about=LIST, **met(200)), about=LIST)]


async def test_without_this_observer_automatic_spans_hold_token_and_e_mail(
    fake_snipcart: FakeSnipcart, instrumented: Tracing
) -> None:
    """What the page warns of is so, and the search for canaries would find it."""
    async with client(fake_snipcart) as snipcart:
        with pytest.raises(NotFoundError):
            await snipcart.user_sessions.get(SESSION_TOKEN)
        await snipcart.customers.list(email=EMAIL).count()

    session, customers = map(str, instrumented.trees())
    assert SESSION_TOKEN in session
    assert quote(EMAIL) in customers
    assert ["traceparent" in request.headers for request in fake_snipcart.requests] == [True, True]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("use", SENDING)
async def test_nothing_private_is_in_any_span(use: str, fault: str, tracing: Tracing, instrumented: Tracing) -> None:
    """Every call against every fault: neither the canaries nor any customer's id or e-mail, by anybody's span."""
    async with FakeSnipcart(customers=3, api_key=KEY) as fake:
        documents = [fake.shop.document(guid) for guid in fake.shop.customer_ids()]
        private = {*CANARIES, *(text for document in documents for text in (document["id"], document["email"]))}
        if FAULTS[fault]:
            fake.fail_next(9, **FAULTS[fault])
        with undisturbed():
            async with client(fake, tracing.observer(), timeout=0.1, deadline=2.0) as snipcart:
                with suppress(SnipcartError):
                    await USES[use](snipcart, documents[0]["id"])

    assert tracing.trees()

    seen = [span.to_json() for span in tracing.spans]
    seen += [str(tracing.points(name)) for name in ("http.client.request.duration", "snipcart.client.call.duration")]
    assert [(text, span) for text in private for span in seen if text in span] == []
    assert instrumented.spans == []
