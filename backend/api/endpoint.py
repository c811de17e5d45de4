"""POST /graphql as the GraphQL over HTTP specification has it: one operation a request, JSON in and out.

There is no GET (so nothing is cached, logged or prefetched with its parameters) and no batching. The answer is
application/graphql-response+json with the status of the outcome where the client accepts it, and otherwise
application/json, where every well-formed request is answered with 200.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from backend.api.errors import MediaTypeUnsupported, NotAcceptable, RequestMalformed, RequestTooLarge
from backend.api.faults import named
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.edge.executor import Answer, GraphQLExecutor

RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
_STATUS: Final[Mapping[type[TenureError], int]] = {
    MediaTypeUnsupported: 415,
    NotAcceptable: 406,
    RequestTooLarge: 413,
    RequestMalformed: 400,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """The body of a request."""

    document: str | None
    document_id: str | None
    variables: Mapping[str, Any]
    operation_name: str | None


async def answer(request: Request, actor: Actor, executor: GraphQLExecutor, largest: int) -> Response:
    media_type = accepted(request.headers.get("accept"))
    try:
        if media_type is None:
            raise NotAcceptable()
        operation = read(await _body(request, largest))
    except TenureError as error:
        body = Answer(None, (named(error, actor),), executed=False, status=_STATUS[type(error)])
        return respond(body, media_type or JSON, body.status)
    result = await executor.run(
        actor,
        document=operation.document,
        document_id=operation.document_id,
        variables=operation.variables,
        operation_name=operation.operation_name,
    )
    return respond(result, media_type or JSON, result.status if media_type == RESPONSE else 200)


def accepted(header: str | None) -> str | None:
    """The best media type for an Accept header (RFC 9110 section 12.5.1); None when it takes neither."""
    if header is None or not header.strip():
        return JSON
    quality = {RESPONSE: 0.0, JSON: 0.0}
    for media_range, q in sorted(_ranges(header), key=lambda pair: -pair[0].count("*")):
        for media_type in quality:
            if media_range in {media_type, "application/*", "*/*"}:
                quality[media_type] = q
    best = max(quality, key=lambda media_type: quality[media_type])
    return best if quality[best] > 0 else None


def _ranges(header: str) -> list[tuple[str, float]]:
    ranges = []
    for part in header.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        q = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        ranges.append((media_range, float(q) if q.replace(".", "", 1).isdecimal() else 0.0))
    return ranges


def read(body: bytes) -> Operation:
    """Raises RequestMalformed."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RequestMalformed(problem="the body is not JSON") from None
    if isinstance(given, list):
        raise RequestMalformed(problem="several operations in one request are not taken")
    if not isinstance(given, dict):
        raise RequestMalformed(problem="the body is not a JSON object")
    return Operation(
        document=_optional(given, "query", str),
        document_id=_optional(given, "documentId", str),
        variables=_optional(given, "variables", dict) or {},
        operation_name=_optional(given, "operationName", str),
    )


def _optional(given: Mapping[str, Any], name: str, kind: type) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, kind):
        raise RequestMalformed(problem=f"“{name}” has the wrong type")
    return value


async def _body(request: Request, largest: int) -> bytes:
    """Raises MediaTypeUnsupported, and RequestTooLarge before more than the limit was read."""
    if not _is_json(request.headers):
        raise MediaTypeUnsupported()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise RequestTooLarge(limit=largest)
    return bytes(body)


def _is_json(headers: Headers) -> bool:
    media_type, *parameters = (part.strip() for part in headers.get("content-type", "").lower().split(";"))
    charset = next((p.removeprefix("charset=").strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    return media_type == JSON and charset in {"utf-8", "utf8"}


def respond(result: Answer, media_type: str, status: int) -> Response:
    body: dict[str, Any] = {"data": result.data} if result.executed else {}
    if result.errors:
        body = {"errors": result.errors, **body}
    content = orjson.dumps(body, default=_plain, option=orjson.OPT_UTC_Z)
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(content, status, headers, media_type=f"{media_type}; charset=utf-8")


def _plain(value: Any) -> str | list[Any]:
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no value of the contract")
