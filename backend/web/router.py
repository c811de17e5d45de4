"""The web client: every page and form, for the assembly to mount."""

from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.edge.executor import GraphQLExecutor
from backend.edge.platform import Platform
from backend.web import (
    account,
    additions,
    apply,
    approvals,
    assistant,
    cases,
    colleagues,
    complaints,
    contact,
    contracts,
    customer_privacy,
    customers,
    documents,
    duplicates,
    emergency,
    explain,
    feedback,
    governance,
    histories,
    holding_imports,
    home,
    interactions,
    knowledge,
    life,
    loyalty,
    models,
    new_customer,
    offers,
    party_edits,
    playbooks,
    portrait,
    privacy,
    product_reviews,
    product_what_if,
    products,
    proofs,
    prospects,
    queues,
    reports,
    reviews,
    risk,
    risk_findings,
    screening_alerts,
    screening_check,
    screening_lists,
    search,
    segments,
    selling,
    sign_in,
    sign_in_provider,
    staff_access,
    suitability,
    survey,
    targets,
    tasks,
    watch,
)
from backend.web.assets import Assets
from backend.web.door import Visit, Web, page
from backend.web.errors import PageUnknown
from backend.web.rendering import Renderer

# The fixed paths of an area stand before its patterns: the first that fits is taken.
_AREAS: Final = (
    sign_in,
    survey,
    apply,
    sign_in_provider,
    account,
    emergency,
    staff_access,
    home,
    search,
    new_customer,
    additions,
    party_edits,
    product_reviews,
    product_what_if,
    products,
    proofs,
    histories,
    reports,
    reviews,
    risk,
    risk_findings,
    suitability,
    selling,
    life,
    watch,
    prospects,
    playbooks,
    offers,
    complaints,
    contact,
    interactions,
    feedback,
    tasks,
    loyalty,
    knowledge,
    assistant,
    models,
    portrait,
    segments,
    targets,
    customer_privacy,
    privacy,
    contracts,
    customers,
    cases,
    documents,
    queues,
    approvals,
    duplicates,
    screening_alerts,
    screening_check,
    screening_lists,
    explain,
    governance,
    holding_imports,
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
