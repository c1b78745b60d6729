"""A FastAPI site, served by uvicorn, in front of a fake Snipcart: who may enter, and what the others are told."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import aiohttp
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.contrib.fastapi import Snipcart, SnipcartHTTPError, header
from snipcart_async.models import UserSession
from snipcart_async.testing import FakeSnipcart
from snipcart_async.web import SessionGate

from .serving import serving

Answer = tuple[int, Any, str | None]


def members_site(fake: FakeSnipcart) -> FastAPI:
    """Build a site with a page for members, and one that asks Snipcart something else."""
    snipcart = Snipcart(
        lambda: SnipcartClient(fake.api_key, base_url=fake.base_url, retry=RetryPolicy(max_attempts=1), deadline=5.0)
    )
    site = FastAPI(lifespan=snipcart.lifespan)

    @site.get("/members")
    async def members(session: Annotated[UserSession, Depends(snipcart.signed_in)]) -> str:
        return session.customer.id

    @site.get("/count")
    async def count(client: Annotated[SnipcartClient, Depends(snipcart.client)]) -> int:
        return await client.customers.list().count()

    return site


@pytest.fixture
async def visit(fake_snipcart: FakeSnipcart) -> AsyncIterator[Any]:
    """Serve the site, and give what visits one of its pages with a token."""
    async with serving(members_site(fake_snipcart)) as url, aiohttp.ClientSession() as browser:

        async def visit(path: str, token: str | None = None) -> Answer:
            cookies = {} if token is None else {"snipcart_session": token}
            async with browser.get(url + path, cookies=cookies) as answer:
                body = await (answer.json() if answer.content_type == "application/json" else answer.text())
                return answer.status, body, answer.headers.get("WWW-Authenticate") or answer.headers.get("Retry-After")

        yield visit


def a_member(fake: FakeSnipcart) -> str:
    """Find somebody with an account."""
    documents = {guid: fake.shop.document(guid) for guid in fake.shop.customer_ids()}
    return next(guid for guid, document in documents.items() if document["status"] == "Confirmed")


async def test_a_member_enters_until_the_sign_out(fake_snipcart: FakeSnipcart, visit: Any) -> None:
    """The page gets the session; after the sign-out, and without a token, it is not even called."""
    member = a_member(fake_snipcart)
    token = fake_snipcart.sign_in(member)

    assert await visit("/members", token) == (200, member, None)

    fake_snipcart.sign_out(token)

    assert await visit("/members", token) == (401, {"detail": "unknown"}, "Snipcart")
    assert await visit("/members") == (401, {"detail": "missing"}, "Snipcart")
    assert await visit("/members", "nonsense") == (401, {"detail": "malformed"}, "Snipcart")


async def test_a_guest_is_told_that_this_is_for_members(fake_snipcart: FakeSnipcart, visit: Any) -> None:
    """Signing in again would not help: 403."""
    documents = {guid: fake_snipcart.shop.document(guid) for guid in fake_snipcart.shop.customer_ids()}
    guest = next(guid for guid, document in documents.items() if document["status"] == "Unconfirmed")

    assert await visit("/members", fake_snipcart.sign_in(guest)) == (403, {"detail": "unconfirmed"}, None)


async def test_snipcart_being_down_or_busy_signs_nobody_out(fake_snipcart: FakeSnipcart, visit: Any) -> None:
    """503, with the pause that Snipcart asks for; then the member enters."""
    token = fake_snipcart.sign_in(a_member(fake_snipcart))
    fake_snipcart.fail_next(status=503)
    status, body, _ = await visit("/members", token)

    assert (status, body) == (503, {"detail": "unavailable"})

    fake_snipcart.fail_next(status=429, headers={"Retry-After": "1"})

    assert (await visit("/members", token))[::2] == (503, "1")
    assert (await visit("/members", token))[0] == 200


async def test_a_wrong_key_is_the_sites_own_fault(fake_snipcart: FakeSnipcart, visit: Any) -> None:
    """It is no visitor's business, and ends in the site's log: 500."""
    fake_snipcart.fail_next(status=401)

    assert await visit("/members", fake_snipcart.sign_in(a_member(fake_snipcart))) == (
        500,
        "Internal Server Error",
        None,
    )


async def test_the_client_is_there_for_every_page(fake_snipcart: FakeSnipcart, visit: Any) -> None:
    """One client for the site, opened with it."""
    assert await visit("/count") == (200, 240, None)


async def test_a_site_may_answer_with_pages_of_its_own(fake_snipcart: FakeSnipcart) -> None:
    """A handler sees the error behind the status."""
    site = members_site(fake_snipcart)

    @site.exception_handler(SnipcartHTTPError)
    async def show(_: Request, refused: SnipcartHTTPError) -> PlainTextResponse:
        return PlainTextResponse(f"Please sign in. ({type(refused.error).__name__})", refused.status_code)

    async with serving(site) as url, aiohttp.ClientSession() as browser, browser.get(f"{url}/members") as answer:
        assert (answer.status, await answer.text()) == (401, "Please sign in. (NotSignedInError)")


async def test_a_token_may_come_in_a_header(fake_snipcart: FakeSnipcart) -> None:
    """For pages that ask by script; and the gate is there to sign somebody out."""
    snipcart = Snipcart(
        lambda: SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url), token=header("X-Shopper")
    )
    site = FastAPI(lifespan=snipcart.lifespan)

    @site.delete("/session")
    async def sign_out(
        session: Annotated[UserSession, Depends(snipcart.signed_in)],
        gate: Annotated[SessionGate, Depends(snipcart.gate)],
    ) -> str:
        gate.forget(session.token)
        return session.customer.id

    member = a_member(fake_snipcart)
    headers = {"X-Shopper": fake_snipcart.sign_in(member)}
    async with (
        serving(site) as url,
        aiohttp.ClientSession(headers=headers) as browser,
        browser.delete(f"{url}/session") as answer,
    ):
        assert (answer.status, await answer.json()) == (200, member)
