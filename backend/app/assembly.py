"""The house put together: platform, doors, background work, in the order in which requests meet them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp

from backend.access.directory_errors import NotSignedIn
from backend.api.executor import Executor
from backend.api.interaction_receipts import receipt_routes
from backend.api.router import graphql_router
from backend.api.tokens import token_routes
from backend.api.trusted import TrustedDocuments
from backend.app.background import Background
from backend.app.health import health_routes
from backend.app.strangers import turned_away
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge import csrf, sessions
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.web.headers import SecurityHeaders
from backend.web.router import web_routes


class House(FastAPI):
    """Also what went wrong unforeseen leaves with the headers of the house."""

    def build_middleware_stack(self) -> ASGIApp:
        platform: Platform = self.state.platform
        return SecurityHeaders(super().build_middleware_stack(), https=platform.settings.cookie_secure)


def create_app(platform: Platform, *, trusted: TrustedDocuments | None = None) -> FastAPI:
    """One process that serves; several of them may stand behind a balancer, on one database."""

    background = Background(platform)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with background.running():
            yield

    async def actor_of(request: Request) -> Actor:
        """A cookie counts only on requests of our own pages: other sites can make a browser send it."""
        headers, public_url = request.headers, platform.settings.public_url
        if "authorization" not in headers and not csrf.same_origin(headers, public_url):
            raise NotSignedIn()
        return await sessions.actor_of(platform, request, request_id=str(new_id()), channel="graphql")

    executor = Executor.open(platform, CaseDependants(), trusted=trusted)
    app = House(title="Tenure", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.platform = platform
    app.add_exception_handler(NotSignedIn, turned_away)
    app.router.routes.extend(health_routes(platform, background))
    app.include_router(graphql_router(executor, actor_of))
    app.router.routes.extend(token_routes(platform))
    app.router.routes.extend(receipt_routes(platform))
    app.router.routes.extend(web_routes(platform, executor))
    return app
