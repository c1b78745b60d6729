"""A members' area: sign in, members-only content, order history, a change of address, sign out.

The key comes from the environment, as `SNIPCART_SECRET_API_KEY`. `demo.py` runs it in front of a fake Snipcart.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import attrs
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from snipcart_async import SnipcartClient
from snipcart_async.contrib.fastapi import Snipcart, SnipcartHTTPError, cookie
from snipcart_async.errors import (
    BadRequestError,
    NotFoundError,
    SnipcartError,
    UnprocessableEntityError,
    UpdateMismatchError,
)
from snipcart_async.models import Address, UserSession
from snipcart_async.web import NotSignedInError, SessionGate, http_status, reason_for_visitor

HERE = Path(__file__).parent
COOKIE = "shopper"
FIELDS = ("name", "company", "address1", "city", "postal_code", "country", "phone")
TOLD = {
    "missing": ("Please sign in", "This page is for members."),
    "malformed": ("Please sign in", "That did not look like a session of our shop."),
    "unknown": ("Please sign in again", "Your session is over. Nothing is lost."),
    "expired": ("Please sign in again", "Your session has expired. Nothing is lost."),
    "unconfirmed": ("Members only", "You checked out as a guest. Create an account in the shop to become a member."),
    "unavailable": ("One moment, please", "Our shop does not answer right now. You stay signed in: try again soon."),
    "elsewhere": ("That came from another site", "Forms are taken from our own pages only."),
    "nowhere": ("Nothing here", "This page does not exist."),
    "broken": ("Something broke", "It is our mistake, and we know of it now."),
}
SAVED = {
    "yes": "Your address is saved.",
    "differs": "Your address was saved, but not quite as you typed it: please check it.",
    "refused": "The shop did not take this address: please check it.",
}
GUARDED = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'self'",
}

snipcart = Snipcart(partial(SnipcartClient, deadline=3.0), token=cookie(COOKIE))
site = FastAPI(title="Members", lifespan=snipcart.lifespan, openapi_url=None)
site.state.visitors = {}  # names and tokens that the sign-in page offers, in a demonstration
pages = Jinja2Templates(HERE / "templates")

Session = Annotated[UserSession, Depends(snipcart.signed_in)]
Client = Annotated[SnipcartClient, Depends(snipcart.client)]
Gate = Annotated[SessionGate, Depends(snipcart.gate)]


@site.middleware("http")
async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse forms that other sites send, and let nobody keep or frame a page."""
    response = await answer(request) if is_from_here(request) else told(request, "elsewhere", 403)
    response.headers.update(GUARDED)
    return response


def is_from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours; older browsers say only from which host."""
    if request.method == "GET":
        return True
    origin = request.headers.get("Origin")
    from_own_host = origin is None or urlsplit(origin).netloc == request.headers.get("Host")
    return request.headers.get("Sec-Fetch-Site", "same-origin" if from_own_host else "") == "same-origin"


@site.get("/style.css")
async def style() -> FileResponse:
    """Give the looks of all pages."""
    return FileResponse(HERE / "style.css")


@site.get("/")
async def welcome(request: Request) -> Response:
    """Welcome anybody."""
    return pages.TemplateResponse(request, "welcome.html", {"visitors": site.state.visitors})


@site.post("/session")
async def sign_in(request: Request, gate: Gate) -> Response:
    """Take the token that the shop's widget gave the browser."""
    try:
        session = await gate.authorize(str((await request.form()).get("token", "")))
    except NotSignedInError as error:
        return told(request, error.reason, http_status(error))
    answer = RedirectResponse("/members", 303)
    is_local = request.url.hostname in {"127.0.0.1", "localhost"}
    answer.set_cookie(COOKIE, session.token or "", httponly=True, samesite="lax", secure=not is_local)
    return answer


@site.get("/members")
async def members(request: Request, session: Session, client: Client, saved: str = "") -> Response:
    """Show what is for members: content, orders, the address."""
    return await show_member(request, session, client, SAVED.get(saved, ""))


@site.post("/members/address")
async def change_address(request: Request, session: Session, client: Client) -> Response:
    """Save what was changed, and nothing else."""
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    was = await client.customers.get(session.customer.id)
    try:
        await client.customers.save(attrs.evolve(was, billing_address=changed(was.billing_address, form)), was=was)
    except UpdateMismatchError:
        return RedirectResponse("/members?saved=differs", 303)
    except (BadRequestError, UnprocessableEntityError):
        return await show_member(request, session, client, SAVED["refused"], form)
    return RedirectResponse("/members?saved=yes", 303)


@site.post("/sign-out")
async def sign_out(request: Request, gate: Gate) -> Response:
    """Take the cookie away."""
    gate.forget(request.cookies.get(COOKIE))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@site.exception_handler(SnipcartHTTPError)
async def refuse(request: Request, refused: SnipcartHTTPError) -> Response:
    """Tell who is not let in, and take away a cookie that is worth nothing any more."""
    answer = told(request, reason_for_visitor(refused.error), refused.status_code)
    if refused.status_code == 401:
        answer.delete_cookie(COOKIE)
    return answer


@site.exception_handler(SnipcartError)
async def apologise(request: Request, error: SnipcartError) -> Response:
    """Tell that Snipcart cannot be asked, or that a customer has gone; what is ours to mend belongs into the log."""
    if isinstance(error, NotFoundError):
        return told(request, "unknown", 401)
    if http_status(error) == 500:
        raise error
    return told(request, "unavailable", 503)


@site.exception_handler(HTTPException)
async def miss(request: Request, missed: HTTPException) -> Response:
    """Tell that there is no such page."""
    return told(request, "nowhere", missed.status_code)


@site.exception_handler(Exception)
async def break_down(request: Request, _: Exception) -> Response:
    """Tell that it is our mistake; the server writes it into its log."""
    return told(request, "broken", 500)


def told(request: Request, reason: str, status: int) -> Response:
    """Show a page that says why another cannot be shown."""
    title, text = TOLD[reason]
    return pages.TemplateResponse(request, "told.html", {"title": title, "text": text, "reason": reason}, status)


async def show_member(
    request: Request, session: UserSession, client: SnipcartClient, news: str, form: Mapping[str, str] | None = None
) -> Response:
    """Show a member's page, the form as it was typed where it was refused."""
    customer = await client.customers.get(session.customer.id)
    orders = await client.customers.orders(customer.id)
    address = {name: getattr(customer.billing_address, name) or "" for name in FIELDS}
    values = {"customer": customer, "orders": orders, "address": {**address, **(form or {})}, "news": news}
    return pages.TemplateResponse(request, "members.html", values, 422 if form else 200)


def changed(address: Address, form: dict[str, str]) -> Address:
    """Give an address with what a form changes; an empty field stays as empty as it was."""
    typed = {name: form[name] for name in FIELDS if name in form}
    new: dict[str, Any] = {name: text or None for name, text in typed.items() if text != (getattr(address, name) or "")}
    return attrs.evolve(address, **new)
