"""Pieces of a page, which the page asks for by itself: what comes back is shown inside it."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backend.edge import csrf

_SEE_OTHER: Final = 303


def is_piece(request: Request) -> bool:
    """Not a whole page, as links followed without loading anew ask for, and whoever looks for a part of one."""
    return request.headers.get("hx-request-type") == "partial"


def shown_at(request: Request) -> str:
    """Address of the page that the answer is for: of a piece, that of the page around it."""
    around = request.headers.get("hx-current-url") if is_piece(request) else None
    return around or str(request.url)


def sent_from(request: Request, public_url: str | None) -> str | None:
    """Path of the page of ours on which a form stood; None where the browser does not tell."""
    page = urlsplit(request.headers.get("referer", ""))
    if not page.path.startswith("/") or not csrf.same_origin(request.headers, public_url):
        return None
    return page.path + (f"?{page.query}" if page.query else "")


def to_sign_in(request: Request, back: str | None) -> Response:
    """There and then to `back`, a path of ours; asked for from inside a page, the whole page goes."""
    path = "/sign-in" if back is None else f"/sign-in?next={quote(back)}"
    if request.headers.get("hx-request") == "true":
        return Response(headers={"hx-redirect": path, "cache-control": "no-store"})
    return RedirectResponse(path, _SEE_OTHER)
