"""What a definition names that lies outside it: other products of the catalogue, and a questionnaire in force."""

from collections.abc import Collection, Iterator

from backend.access.context import Context
from backend.products import queries
from backend.products.definition import ProductDefinition
from backend.products.errors import DefinitionBroken
from backend.products.suitability import questionnaire


def differ(before: ProductDefinition, after: ProductDefinition) -> bool:
    """A version that names the same as before is not held up by what has gone meanwhile."""
    named = (before.links, before.needs_assessment, before.questionnaire)
    return named != (after.links, after.needs_assessment, after.questionnaire)


async def check(ctx: Context, code: str, definition: ProductDefinition, beside: Collection[str]) -> None:
    """`beside` are codes that come in with it, and are known though not recorded yet. Raises DefinitionBroken."""
    linked = {*definition.links.bundle, *definition.links.cross_sell}
    known = {*beside, *await queries.codes_known(ctx, linked)}
    found = [*_links(code, linked, known), *_questionnaire(ctx, definition)]
    if found:
        raise DefinitionBroken(field="definition", problem="; ".join(found))


def _links(code: str, linked: Collection[str], known: Collection[str]) -> Iterator[str]:
    if code in linked:
        yield "links: a product is not linked to itself"
    for missing in sorted(set(linked) - {code, *known}):
        yield f"links: there is no product with the code “{missing}”"


def _questionnaire(ctx: Context, definition: ProductDefinition) -> Iterator[str]:
    if definition.questionnaire is None:
        return
    in_force = questionnaire.in_force(ctx.policies, ctx.now.date())
    fitting = sorted(name for name, each in in_force.items() if each.rules.kind == definition.needs_assessment)
    if definition.questionnaire not in fitting:
        known = ", ".join(fitting)
        yield f"questionnaire: “{definition.questionnaire}” is not in force for this assessment; there is {known}"
