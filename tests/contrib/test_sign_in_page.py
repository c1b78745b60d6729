"""The sites of the page "Let signed-in shoppers in", each served and visited as they stand there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import django
import pytest
from aiohttp import web
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path

from snipcart_async.testing import FakeSnipcart

from ..docs.documents import ROOT, run_blocks
from .serving import serving
from .test_fastapi import a_member


@asynccontextmanager
async def serving_aiohttp(site: web.Application) -> AsyncIterator[str]:
    """Serve a site of aiohttp's own."""
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def django_site(page: Any) -> Any:
    """Build a project around the view of the page."""
    page.urlpatterns = [path("members", page.django_members)]
    if not settings.configured:
        settings.configure(ROOT_URLCONF="document", ALLOWED_HOSTS=["127.0.0.1"])
        django.setup()
    return get_asgi_application()


@pytest.mark.parametrize("framework", ["fastapi", "starlette", "aiohttp", "litestar", "django"])
async def test_each_site_lets_in_who_is_signed_in(
    fake_snipcart: FakeSnipcart,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    framework: str,
) -> None:
    """A member enters; nobody, a stranger and a site that cannot ask are told so, each with its status."""
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    page = await run_blocks(ROOT / "docs" / "how-to" / "sign-in-gate.md")
    site = django_site(page) if framework == "django" else getattr(page, f"{framework}_site")
    served = serving_aiohttp(site) if framework == "aiohttp" else serving(site)
    member = a_member(fake_snipcart)
    token = fake_snipcart.sign_in(member)
    async with served as url, aiohttp.ClientSession() as browser:

        async def status(token: str | None) -> int:
            cookies = {} if token is None else {"shopper": token}
            async with browser.get(f"{url}/members", cookies=cookies) as answer:
                if answer.status == 200:
                    assert await answer.json() == {"customer": member}
                return answer.status

        assert [await status(seen) for seen in (token, None, "x", member)] == [200, 401, 401, 401]

        fake_snipcart.fail_next(status=401)

        assert await status(fake_snipcart.sign_in(member)) == 500

    said = capfd.readouterr()
    assert "AuthenticationError" in caplog.text + said.out + said.err
