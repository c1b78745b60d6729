"""The members' area under load: many visitors, one client, and a moment in which Snipcart wants a pause."""

import asyncio

import aiohttp
import pytest

from snipcart_async.testing import FakeSnipcart

from .examples import example
from .serving import serving

VISITORS = 200


async def test_two_hundred_visitors_get_through_a_pause(
    fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees their own page, though a 429 comes in between: the site waits, once, and asks nobody twice."""
    documents = {guid: fake_snipcart.shop.document(guid) for guid in fake_snipcart.shop.customer_ids()}
    members = [guid for guid, document in documents.items() if document["status"] == "Confirmed"]
    visitors = [members[number % len(members)] for number in range(VISITORS)]
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    async with (
        serving(example("members_area/app.py").site) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser,
    ):

        async def visit(member: str) -> tuple[int, bool]:
            cookies = {"shopper": fake_snipcart.sign_in(member)}
            async with browser.get(f"{url}/members", cookies=cookies) as answer:
                greeted = f'value="{documents[member]["billingAddressCity"] or ""}"' in await answer.text()
                return answer.status, greeted

        fake_snipcart.rate_limit(0.2, retry_after=1)
        seen = await asyncio.gather(*map(visit, visitors))

    assert {*seen} == {(200, True)}
    refused = [request for request in fake_snipcart.requests if request.status == 429]
    assert 1 <= len(refused) <= 8
    assert len(fake_snipcart.requests) - len(refused) == 3 * VISITORS
