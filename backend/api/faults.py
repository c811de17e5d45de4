"""From what went wrong to an entry of `errors`: our own errors in the reader's language, everything else masked.

`extensions` hold the stable code, the parameters (codes only), the input field and the id of the request, by which the
operator finds the masked cause in the process log.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final

from graphql import GraphQLError, SourceLocation

from backend.access.errors import NotAllowed
from backend.access.explain import Explanation
from backend.api.inputs import path as path_of
from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound, Refused, TenureError
from backend.core.i18n import translate

_log: Final = logging.getLogger(__name__)
MASKED: Final = "Something went wrong on our side. Tell us the request id {request_id}."
_STATUS: Final[tuple[tuple[type[TenureError], int], ...]] = (
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 400),
)

_APART: Final = frozenset({"locations", "field", "problem"})


def status_of(error: TenureError) -> int:
    return next((status for family, status in _STATUS if isinstance(error, family)), 500)


def words(error: TenureError, actor: Actor) -> str:
    """The sentence for a person."""
    if isinstance(error, NotAllowed):
        return explained(error.explanation, actor)
    return translate(actor.locale, error.text, **error.params)


def explained(explanation: Explanation, actor: Actor) -> str:
    """Which line of the policy decided and which roles could; a partner learns no more than the answer."""
    if actor.type != "partner":
        return explanation.words(actor.locale)
    right = explanation.right
    if explanation.allowed:
        return translate(actor.locale, right.meaning)
    return translate(actor.locale, NotAllowed.text, action=right.action, object=right.object)


def told(error: TenureError, actor: Actor) -> dict[str, Any]:
    """The parameters that the actor may know."""
    return {} if isinstance(error, NotAllowed) and actor.type == "partner" else error.params


def named(error: TenureError, actor: Actor, path: Sequence[str | int] | None = None) -> dict[str, Any]:
    locations: list[SourceLocation] = error.params.get("locations") or []
    params = {name: _plain(value) for name, value in told(error, actor).items() if name not in _APART}
    extensions = {"code": error.code, "params": params, "field": path_of(error.field), "requestId": actor.request_id}
    return _entry(words(error, actor), [place.formatted for place in locations], path, extensions)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | list | None) else str(value)


def fault(error: GraphQLError, actor: Actor) -> dict[str, Any]:
    """One error of an execution: named by us, said by graphql-core of the request, or masked and logged."""
    original, path = error.original_error, error.path
    if isinstance(original, TenureError):
        return named(original, actor, path)
    places = [place.formatted for place in error.locations or []]
    if path is None and (original is None or isinstance(original, GraphQLError)):
        extensions = {"code": "graphql.variables_invalid", "requestId": actor.request_id}
        return _entry(error.message, places, None, extensions)
    return masked(original or error, actor, path, places)


def masked(
    error: BaseException, actor: Actor, path: Sequence[str | int] | None = None, places: Sequence[Any] = ()
) -> dict[str, Any]:
    _log.error("request %s failed at %s", actor.request_id, path, exc_info=error)
    message = translate(actor.locale, MASKED, request_id=actor.request_id)
    return _entry(message, places, path, {"code": "internal", "requestId": actor.request_id})


def _entry(
    message: str, places: Sequence[Any], path: Sequence[str | int] | None, extensions: dict[str, Any]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": message}
    if places:
        entry["locations"] = list(places)
    if path is not None:
        entry["path"] = list(path)
    return {**entry, "extensions": {name: value for name, value in extensions.items() if value is not None}}
