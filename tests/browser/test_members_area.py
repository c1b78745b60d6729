"""Signed out, signed in, expired, a guest, Snipcart down, and mistakes: what a visitor sees, in Chromium."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from snipcart_async.testing import FakeSnipcart

from ..contrib.examples import example
from ..contrib.serving import serving
from ..contrib.test_fastapi import a_member
from .conftest import looks

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


@pytest.fixture
async def page(
    browser: "Browser", fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch
) -> "AsyncIterator[Page]":
    """Serve the site, and give a tab that has opened it."""
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    site = example("members_area/app.py").site
    site.state.visitors = {"a member": fake_snipcart.sign_in(a_member(fake_snipcart))}
    async with serving(site) as url:
        tab = await browser.new_page(base_url=url, viewport={"width": 960, "height": 720})
        tab.set_default_timeout(10_000)
        await tab.goto("/")
        yield tab
        await tab.close()


async def sign_in(page: "Page") -> None:
    """Sign in as the member."""
    await page.get_by_role("button", name="Sign in as a member").click()
    await page.get_by_role("heading", name="Your orders").wait_for()


async def sign_out(page: "Page") -> None:
    """Sign out, and arrive where that leads."""
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("/")


async def test_signed_out(page: "Page") -> None:
    """The way to the members' page leads to the sign-in, kindly."""
    await page.get_by_role("link", name="Members").click()

    assert await page.locator("h1").inner_text() == "Please sign in"

    await looks(page, "members-signed-out")
    await page.get_by_role("link", name="Sign in").click()

    assert await page.get_by_role("button").count() == 1


async def test_signed_in_and_out_again(page: "Page", fake_snipcart: FakeSnipcart) -> None:
    """Content, orders, the address; a change of it is saved; the cookie is gone after the sign-out."""
    await sign_in(page)
    await looks(page, "members-signed-in")
    (cookie,) = await page.context.cookies()

    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    await page.get_by_label("City").fill("Trois-Rivières")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("status").wait_for()

    assert await page.get_by_label("City").input_value() == "Trois-Rivières"
    changed = [seen for seen in fake_snipcart.requests if seen.method == "PUT"]
    assert [seen.status for seen in changed] == [200]

    await sign_out(page)

    assert await page.context.cookies() == []


async def test_a_session_that_is_over(page: "Page", fake_snipcart: FakeSnipcart) -> None:
    """Who was signed in a moment ago is told so, and the cookie is taken away."""
    await sign_in(page)
    (cookie,) = await page.context.cookies()
    fake_snipcart.sign_out(cookie["value"])
    await page.reload()

    assert await page.locator("h1").inner_text() == "Please sign in again"
    assert await page.context.cookies() == []

    await looks(page, "members-over")


async def test_going_back_after_the_sign_out_shows_nobodys_data(page: "Page") -> None:
    """No page for members is kept by the browser."""
    await sign_in(page)
    await sign_out(page)
    await page.go_back()

    assert await page.locator("h1").inner_text() == "Please sign in"


async def test_a_session_that_expires_and_a_guest(page: "Page", fake_snipcart: FakeSnipcart) -> None:
    """The one is asked to sign in again, the other told that this is for members."""
    documents = {guid: fake_snipcart.shop.document(guid) for guid in fake_snipcart.shop.customer_ids()}
    guest = next(guid for guid, document in documents.items() if document["status"] == "Unconfirmed")
    example("members_area/app.py").site.state.visitors = {
        "late": fake_snipcart.sign_in(a_member(fake_snipcart), expires_in=timedelta(0)),
        "guest": fake_snipcart.sign_in(guest),
    }
    for name, heading in (("late", "Please sign in again"), ("guest", "Members only")):
        await page.goto("/")
        await page.get_by_role("button", name=f"Sign in as {name}").click()

        assert await page.locator("h1").inner_text() == heading


async def test_what_does_not_work_is_told_kindly(page: "Page", fake_snipcart: FakeSnipcart) -> None:
    """A page that is not there, an address that is refused or arrives otherwise, and a key that is wrong."""
    await page.goto("/nowhere")

    assert await page.locator("h1").inner_text() == "Nothing here"

    await page.goto("/")
    await sign_in(page)
    for failure, news in ((422, "did not take"), (None, "is saved")):
        if failure:
            fake_snipcart.fail_next(status=failure, method="PUT")
        await page.get_by_label("City").fill("Trois-Rivières")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text(news).wait_for()

        assert await page.get_by_label("City").input_value() == "Trois-Rivières"

    fake_snipcart.fail_next(status=401)
    await page.reload()

    assert await page.locator("h1").inner_text() == "Something broke"


async def test_snipcart_down(page: "Page", fake_snipcart: FakeSnipcart) -> None:
    """Nobody is signed out by it: trying again shows the page."""
    await sign_in(page)
    fake_snipcart.fail_next(3, status=503)
    await page.reload()

    assert await page.locator("h1").inner_text() == "One moment, please"

    await looks(page, "members-down")
    await page.get_by_role("link", name="Try again").click()
    await page.get_by_role("heading", name="Your orders").wait_for()


async def test_a_phone_shows_all_of_it(page: "Page") -> None:
    """No page is wider than a phone."""
    await page.set_viewport_size({"width": 375, "height": 800})
    await sign_in(page)
    await looks(page, "members-phone")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
