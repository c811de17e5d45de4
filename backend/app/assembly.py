"""The house put together: platform, doors, background work, in the order in which requests meet them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request

from backend.api.executor import Executor
from backend.api.router import graphql_router
from backend.app.background import background
from backend.app.health import health_routes
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge import sessions
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.web.headers import SecurityHeaders
from backend.web.router import web_routes


def create_app(platform: Platform) -> FastAPI:
    """One process that serves; several of them may stand behind a balancer, on one database."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with background(platform):
            yield

    async def actor_of(request: Request) -> Actor:
        return await sessions.actor_of(platform, request, request_id=str(new_id()), channel="graphql")

    executor = Executor.open(platform, CaseDependants())
    app = FastAPI(title="Tenure", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(SecurityHeaders, https=platform.settings.cookie_secure)
    app.router.routes.extend(health_routes(platform))
    app.include_router(graphql_router(executor, actor_of))
    app.router.routes.extend(web_routes(platform, executor))
    return app
