"""The route of the GraphQL door, for the assembly to mount."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from backend.api.endpoint import answer
from backend.api.executor import Executor
from backend.core.actor import Actor

ActorOf = Callable[[Request], Awaitable[Actor]]


def graphql_router(executor: Executor, actor_of: ActorOf, path: str = "/graphql") -> APIRouter:
    """`actor_of` authenticates the request, and raises or answers for itself when it cannot."""
    router = APIRouter()

    @router.post(path, include_in_schema=False)
    async def graphql(request: Request) -> Response:
        return await answer(request, await actor_of(request), executor, executor.limits.bytes)

    return router
