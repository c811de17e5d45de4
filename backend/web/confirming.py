"""“Confirm that it is you”: asked in the middle of an action, which then goes on with all that was typed.

The form of the action comes back inside the question, so nothing is kept on the server and no script is needed. A file
cannot come back that way: its form is opened anew, and the question says so. Who signs in at an identity provider
proves it there, in another tab, and then presses the button here.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.responses import Response

from backend.access.sign_in_errors import NotConfirmed
from backend.edge import accounts
from backend.web.refusals import Problem, of_error

if TYPE_CHECKING:
    from backend.web.door import Visit

FIELD: Final = "_confirm"
_TOKEN: Final = "_token"  # noqa: S105 - the name of a form field; the page brings a fresh one
_STATUS: Final = 403


async def ask(visit: "Visit", problem: Problem | None = None) -> Response:
    """The question, with the form that was sent; of a page that was only looked at, its address."""
    carried = [
        (name, value)
        for name, value in visit.form.multi_items()
        if isinstance(value, str) and name not in {FIELD, _TOKEN}
    ]
    file_lost = any(isinstance(value, UploadFile) and value.filename for value in visit.form.values())
    goes_on = visit.request.method == "POST" and not file_lost
    here = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
    account = await accounts.account(visit.web.platform, visit.actor)
    return visit.html(
        "account/confirm.html",
        _STATUS,
        way=account.way,
        minutes=account.step_up_minutes,
        provider=visit.web.settings.oidc_name,
        target=here if goes_on else "/confirm",
        carried=carried if goes_on else [("next", _form_of(visit) if file_lost else here)],
        file_lost=file_lost,
        problem=problem,
    )


def _form_of(visit: "Visit") -> str:
    """The page that the form stood on; only its path, wherever the browser says it came from."""
    return urlsplit(visit.request.headers.get("referer", "/")).path or "/"


async def wrong(visit: "Visit") -> Response | None:
    """The question again when its answer was wrong; None when it was right, or when none was given."""
    answer = visit.typed(FIELD)
    if not answer:
        return None
    try:
        actor = await accounts.confirm(visit.web.platform, visit.actor, answer)
    except NotConfirmed as error:
        return await ask(visit, of_error(error, visit.actor.locale))
    visit.renew(replace(visit.person, actor=actor))
    return None
