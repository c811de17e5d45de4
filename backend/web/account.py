"""The own way of signing in: password, second factor, sessions; and the page on which one confirms to be there."""

from typing import Any, Final
from uuid import UUID

import segno
from starlette.responses import Response
from starlette.routing import Route

from backend.access.second_factor import Enrolment
from backend.core.errors import TenureError
from backend.edge import accounts
from backend.web.door import Visit, Web, form, local_path, page
from backend.web.refusals import Problem, of_error

_QR_QUIET: Final = 4


def routes(web: Web) -> list[Route]:
    return [
        Route("/profile", page(web, shown), methods=["GET"]),
        Route("/profile/password", form(web, change_password), methods=["POST"]),
        Route("/profile/second-factor", page(web, enrolling), methods=["GET"]),
        Route("/profile/second-factor/begin", form(web, begin), methods=["POST"]),
        Route("/profile/second-factor/enrol", form(web, enrol), methods=["POST"]),
        Route("/profile/second-factor/remove", form(web, remove), methods=["POST"]),
        Route("/profile/second-factor/recovery", form(web, renew_recovery), methods=["POST"]),
        Route("/profile/sessions/others/end", form(web, end_others), methods=["POST"]),
        Route("/profile/sessions/{session_id:uuid}/end", form(web, end_session), methods=["POST"]),
        Route("/confirm", form(web, confirmed), methods=["POST"]),
    ]


async def shown(visit: Visit) -> Response:
    return await _profile(visit)


async def change_password(visit: Visit) -> Response:
    new = str(visit.form.get("password", ""))
    try:
        if new != str(visit.form.get("again", "")):
            return await _profile(visit, act="password", differs=True)
        await accounts.change_password(visit.web.platform, visit.person, str(visit.form.get("current", "")), new)
    except TenureError as error:
        return await _profile(visit, act="password", problem=of_error(error, visit.actor.locale))
    return visit.redirect("/profile", "account.password")


async def begin(visit: Visit) -> Response:
    try:
        await accounts.begin_second_factor(visit.web.platform, visit.person)
    except TenureError as error:
        return await _profile(visit, act="factor", problem=of_error(error, visit.actor.locale))
    return visit.redirect("/profile/second-factor")


async def enrolling(visit: Visit) -> Response:
    """The picture to be scanned; it is shown until a first code proves that the app has it."""
    found = await accounts.pending_second_factor(visit.web.platform, visit.person)
    return visit.redirect("/profile") if found is None else _picture(visit, found)


async def enrol(visit: Visit) -> Response:
    try:
        codes = await accounts.enrol_second_factor(visit.web.platform, visit.person, visit.typed("code"))
    except TenureError as error:
        found = await accounts.pending_second_factor(visit.web.platform, visit.person)
        return visit.redirect("/profile") if found is None else _picture(visit, found, error)
    return _codes(visit, codes)


async def remove(visit: Visit) -> Response:
    try:
        await accounts.remove_second_factor(visit.web.platform, visit.person, visit.typed("code"))
    except TenureError as error:
        return await _profile(visit, act="factor", problem=of_error(error, visit.actor.locale))
    return visit.redirect("/profile", "account.factor_removed")


async def renew_recovery(visit: Visit) -> Response:
    try:
        codes = await accounts.renew_recovery_codes(visit.web.platform, visit.person, visit.typed("code"))
    except TenureError as error:
        return await _profile(visit, act="factor", problem=of_error(error, visit.actor.locale))
    return _codes(visit, codes)


async def end_session(visit: Visit) -> Response:
    wanted = UUID(str(visit.request.path_params["session_id"]))
    try:
        await accounts.end_session(visit.web.platform, visit.person, wanted)
    except TenureError as error:
        return await _profile(visit, act="sessions", problem=of_error(error, visit.actor.locale))
    return visit.redirect("/profile", "account.session_ended")


async def end_others(visit: Visit) -> Response:
    await accounts.end_other_sessions(visit.web.platform, visit.person)
    return visit.redirect("/profile", "account.sessions_ended")


async def confirmed(visit: Visit) -> Response:
    """The answer was right, or this would not be reached: back to what was looked at."""
    return visit.redirect(local_path(visit.typed("next") or "/"))


async def _profile(visit: Visit, *, act: str = "", problem: Problem | None = None, differs: bool = False) -> Response:
    account = await accounts.account(visit.web.platform, visit.actor)
    provider = visit.web.settings.oidc_name if visit.web.settings.oidc_issuer else ""
    context: dict[str, Any] = {"account": account, "act": act, "problem": problem, "differs": differs}
    owes = visit.person.owes
    status = 200 if problem is None and not differs else (422 if problem is None else problem.status)
    return visit.html("account/profile.html", status, owes=owes, provider=provider, **context)


def _picture(visit: Visit, found: Enrolment, error: TenureError | None = None) -> Response:
    problem = None if error is None else of_error(error, visit.actor.locale)
    status = 200 if problem is None else problem.status
    return visit.html("account/enrol.html", status, qr=_qr(found.uri), secret=_grouped(found.secret), problem=problem)


def _codes(visit: Visit, codes: tuple[str, ...]) -> Response:
    """Shown once: the page is kept by nobody, and what is stored are digests."""
    return visit.html("account/recovery.html", codes=codes)


def _qr(uri: str) -> dict[str, Any]:
    """One path of squares and the size of the picture; drawn by the template, without inline style or script."""
    code = segno.make(uri, error="m", micro=False)
    runs = []
    for y, row in enumerate(code.matrix):
        for x, dark in enumerate(row):
            if dark:
                runs.append(f"M{x + _QR_QUIET} {y + _QR_QUIET}h1v1h-1z")
    return {"path": "".join(runs), "side": len(code.matrix) + 2 * _QR_QUIET}


def _grouped(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
