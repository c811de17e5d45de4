"""What the GraphQL door answers to a request that proves nobody: 401, in the form of every other answer."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from backend.access.directory_errors import NotSignedIn
from backend.api.endpoint import JSON, accepted, respond
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.edge.executor import Answer
from backend.edge.sessions import locale_of

_UNAUTHORIZED: Final = 401


async def turned_away(request: Request, error: Exception) -> Response:
    """Says what a person owes first, where that is the reason, and names the way to sign in (RFC 9110 section 11.6.1).

    The pages of the web client redirect before they get here.
    """
    refused = error if isinstance(error, NotSignedIn) else NotSignedIn()
    extensions = {"code": refused.code, "requestId": str(new_id())}
    entry = {"message": translate(locale_of(request), refused.text), "extensions": extensions}
    answer = Answer(None, (entry,), executed=False, status=_UNAUTHORIZED)
    response = respond(answer, accepted(request.headers.get("accept")) or JSON, answer.status)
    response.headers["www-authenticate"] = 'Bearer realm="tenure"'
    return response
