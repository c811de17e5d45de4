"""The web client: every page and form, for the assembly to mount."""

from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.edge.executor import GraphQLExecutor
from backend.edge.platform import Platform
from backend.web import (
    account,
    additions,
    cases,
    colleagues,
    customer_privacy,
    customers,
    documents,
    duplicates,
    emergency,
    explain,
    governance,
    home,
    new_customer,
    privacy,
    proofs,
    queues,
    reports,
    reviews,
    risk,
    screening_alerts,
    screening_check,
    screening_lists,
    search,
    sign_in,
    sign_in_provider,
    staff_access,
)
from backend.web.assets import Assets
from backend.web.door import Visit, Web, page
from backend.web.errors import PageUnknown
from backend.web.rendering import Renderer

# The fixed paths of an area stand before its patterns: the first that fits is taken.
_AREAS: Final = (
    sign_in,
    sign_in_provider,
    account,
    emergency,
    staff_access,
    home,
    search,
    new_customer,
    additions,
    proofs,
    reports,
    reviews,
    risk,
    customer_privacy,
    privacy,
    customers,
    cases,
    documents,
    queues,
    duplicates,
    screening_alerts,
    screening_check,
    screening_lists,
    explain,
    governance,
    colleagues,
)


def web_routes(platform: Platform, executor: GraphQLExecutor) -> list[BaseRoute]:
    """Routes of `/`; to be mounted after every other door, because the last of them answers for what is unknown."""
    assets = Assets.load()
    web = Web(platform, executor, assets, Renderer(assets))
    pages = [route for area in _AREAS for route in area.routes(web)]
    return [*assets.routes(), *pages, Route("/{path:path}", page(web, _unknown), methods=["GET"])]


async def _unknown(_: Visit) -> Response:
    raise PageUnknown()
