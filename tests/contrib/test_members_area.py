"""The members' area under load: many visitors, one client, and a moment in which Snipcart wants a pause."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from snipcart_async.testing import FakeSnipcart

from .examples import EXAMPLES, example
from .serving import serving
from .test_fastapi import a_member

VISITORS = 200


async def test_two_hundred_visitors_get_through_a_pause(
    fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees their own page, though a 429 comes in between: the site waits, once, and asks nobody twice."""
    documents = {guid: fake_snipcart.shop.document(guid) for guid in fake_snipcart.shop.customer_ids()}
    members = [guid for guid, document in documents.items() if document["status"] == "Confirmed"]
    for guid in members:
        fake_snipcart.spoil(guid, billingAddressCity=f"Home of {guid}")
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
                greeted = f'value="Home of {member}"' in await answer.text()
                return answer.status, greeted

        fake_snipcart.fail_next(4, status=429, headers={"Retry-After": "1"})
        seen = await asyncio.gather(*map(visit, visitors))

    assert {*seen} == {(200, True)}
    refused = [request for request in fake_snipcart.requests if request.status == 429]
    assert len(refused) == 4
    assert len(fake_snipcart.requests) - len(refused) == 3 * VISITORS


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 200),
        ({}, 200),
    ],
    ids=["another site", "a sister", "an older browser", "hidden", "ours", "no browser"],
)
async def test_forms_of_other_sites_are_refused(
    fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], status: int
) -> None:
    """Nobody is signed in or out by a page that is not ours, and what is shown is neither kept nor framed."""
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    token = fake_snipcart.sign_in(a_member(fake_snipcart))
    jar = aiohttp.CookieJar(unsafe=True)  # it is asked by an address
    async with serving(example("members_area/app.py").site) as url, aiohttp.ClientSession(cookie_jar=jar) as browser:
        async with browser.post(f"{url}/session", data={"token": token}, headers=headers) as answer:
            assert answer.status == status
            assert answer.headers["Cache-Control"] == "no-store"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        cookies = [cookie for cookie in jar if cookie.key == "shopper"]

        assert len(cookies) == (status == 200)


async def test_the_demo_shows_three_visitors_to_sign_in_as(tmp_path: Path) -> None:
    """It runs as its page says, in front of an invented shop of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port)}
    environment.pop("PYTHONSAFEPATH", None)  # a script finds what lies beside it
    demo = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLES / "members_area" / "demo.py"), env=environment, cwd=tmp_path
    )
    try:
        async with asyncio.timeout(30.0), aiohttp.ClientSession() as browser:
            while True:
                try:
                    async with browser.get(f"http://127.0.0.1:{port}/") as answer:
                        page = await answer.text()
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.1)
                else:
                    break
    finally:
        demo.terminate()
        await demo.wait()

    for visitor in ("a member", "a guest", "a member whose session is over"):
        assert f"Sign in as {visitor}" in page
