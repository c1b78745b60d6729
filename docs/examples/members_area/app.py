"""A members' area: sign in, members-only content, order history, a change of address, sign out.

The key comes from the environment, as `SNIPCART_SECRET_API_KEY`. `demo.py` runs it in front of a fake Snipcart.
"""

from pathlib import Path
from typing import Annotated, Any

import attrs
from fastapi import Depends, FastAPI, Form, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from snipcart_async import SnipcartClient
from snipcart_async.contrib.fastapi import Snipcart, SnipcartHTTPError, cookie
from snipcart_async.errors import SnipcartError, UpdateError
from snipcart_async.models import Address, UserSession
from snipcart_async.web import NotSignedInError, http_status, reason_for_visitor

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
}

snipcart = Snipcart(token=cookie(COOKIE))
site = FastAPI(title="Members", lifespan=snipcart.lifespan, openapi_url=None)
site.state.visitors = {}  # names and tokens that the sign-in page offers, in a demonstration
pages = Jinja2Templates(HERE / "templates")

Session = Annotated[UserSession, Depends(snipcart.signed_in)]
Client = Annotated[SnipcartClient, Depends(snipcart.client)]


def show(request: Request, page: str, status: int = 200, **values: Any) -> Response:
    """Show a page."""
    return pages.TemplateResponse(request, page, values, status_code=status)


@site.get("/style.css")
async def style() -> FileResponse:
    """Give the looks of all pages."""
    return FileResponse(HERE / "style.css")


@site.get("/")
async def welcome(request: Request) -> Response:
    """Welcome anybody."""
    return show(request, "welcome.html", visitors=site.state.visitors)


@site.post("/session")
async def sign_in(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Take the token that the shop's widget gave the browser."""
    try:
        await request.state.snipcart_gate.authorize(token)
    except NotSignedInError as error:
        return tell(request, error)
    answer = RedirectResponse("/members", 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return answer


@site.get("/members")
async def members(request: Request, session: Session, client: Client, *, saved: bool = False) -> Response:
    """Show what is for members: content, orders, the address."""
    customer = await client.customers.get(session.customer.id)
    orders = await client.customers.orders(customer.id)
    return show(request, "members.html", customer=customer, orders=orders, fields=FIELDS, saved=saved)


@site.post("/members/address")
async def change_address(request: Request, session: Session, client: Client) -> Response:
    """Save what was changed, and nothing else."""
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    was = await client.customers.get(session.customer.id)
    await client.customers.save(attrs.evolve(was, billing_address=changed(was.billing_address, form)), was=was)
    return RedirectResponse("/members?saved=true", 303)


@site.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Take the cookie away."""
    request.state.snipcart_gate.forget(request.cookies.get(COOKIE))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@site.exception_handler(SnipcartHTTPError)
async def refuse(request: Request, refused: SnipcartHTTPError) -> Response:
    """Tell who is not let in."""
    return tell(request, refused.error)


@site.exception_handler(SnipcartError)
async def apologise(request: Request, error: SnipcartError) -> Response:
    """Tell that Snipcart cannot be asked; what is ours to mend belongs into the log."""
    if http_status(error) == 500 or isinstance(error, UpdateError):
        raise error
    return tell(request, error)


def tell(request: Request, error: SnipcartError) -> Response:
    """Tell a visitor why a page cannot be shown, and take away a cookie that is worth nothing any more."""
    status, reason = http_status(error), reason_for_visitor(error)
    title, text = TOLD[reason]
    answer = show(request, "told.html", status, title=title, text=text, reason=reason)
    if status == 401:
        answer.delete_cookie(COOKIE)
    return answer


def changed(address: Address, form: dict[str, str]) -> Address:
    """Give an address with what a form changes; an empty field stays as empty as it was."""
    typed = {name: form[name] for name in FIELDS if name in form}
    new: dict[str, Any] = {name: text or None for name, text in typed.items() if text != (getattr(address, name) or "")}
    return attrs.evolve(address, **new)
