"""The address book of the demonstration: most can be reached, about as many as in life agreed to offers, told once."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.customers.inputs import RelationInput
from backend.customers.models import Stage
from backend.customers.service import record_party
from backend.demo import cases, people, reach
from backend.edge.platform import Platform
from backend.servicing.interactions import service as contact
from tests.factories.customers import person

_CUSTOMERS = 40
_CONSENTS = """
SELECT count(*) FILTER (WHERE act = 'given'), count(*) FILTER (WHERE act = 'withdrawn'),
       max(recorded_at) - min(recorded_at)
FROM consent_event WHERE purpose = 'marketing'
"""


async def test_most_can_be_reached_and_many_agreed_to_offers(platform: Platform, tenant: Tenant) -> None:
    system = system_actor(tenant.id, "test")
    operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))
    await platform.run(operator, people.hire)
    await platform.run(operator, people.register_partner)

    async def record(ctx: Context) -> list[object]:
        relation = RelationInput(stage=Stage.ACTIVE)
        given = person().model_copy(update={"relation": relation})
        return [(await record_party(ctx, given)).id for _ in range(_CUSTOMERS)]

    parties = await platform.run(system, record)
    story = await cases.begin(platform, operator)
    for _ in range(2):
        await reach.tell(story, system)

    async def rows(query: str) -> tuple[object, ...]:
        async with platform.transaction(system) as ctx:
            return tuple((await ctx.session.execute(text(query))).one())

    (reached,) = await rows("SELECT count(DISTINCT party_id) FROM party_contact")
    assert reached > 0.8 * _CUSTOMERS  # type: ignore[operator]
    (chinese,) = await rows("SELECT count(*) FROM party WHERE correspondence_language = 'zh_CN'")
    assert 0 < chinese < 0.25 * _CUSTOMERS  # type: ignore[operator]
    given, withdrawn, lasting = await rows(_CONSENTS)
    assert (0.4 * _CUSTOMERS < given < 0.85 * _CUSTOMERS, lasting > timedelta(days=365)) == (True, True)  # type: ignore[operator]
    assert withdrawn < given / 4  # type: ignore[operator]
    answers = await platform.run(system, lambda ctx: contact.may_contact(ctx, parties, "marketing", None))
    assert 0 < sum(each.allowed or each.not_before is not None for each in answers.values()) < _CUSTOMERS
