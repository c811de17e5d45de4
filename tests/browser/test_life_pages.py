"""The pages of a customer's life in Chromium, on a desk and in a hand, in both languages, with something on them."""

from datetime import date
from typing import Any

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework.tasks import service as tasks
from backend.casework.tasks.service import TaskInput
from backend.core.ids import new_id
from backend.customers.models import Customer, Party, Stage
from backend.customers.service.relations import customer_of, set_stage
from backend.edge.referral_links import PATH as APPLICATION
from backend.edge.survey_links import survey_links
from backend.engagement import portfolio
from backend.engagement.portrait import service as portrait
from backend.engagement.prospects import service as prospects
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ProspectInput
from backend.engagement.segments import service as segments
from backend.engagement.segments.queries import segments_of
from backend.engagement.stages.models import RunState
from backend.loyalty import service as loyalty
from backend.loyalty.consents import Agreement
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Occasion
from backend.servicing.feedback.service.opening import opened
from backend.servicing.interactions import service as contact
from backend.servicing.interactions.models import Channel, Direction
from backend.web.assistant import PATH as ASSISTANT
from tests.browser.conftest import Visitor
from tests.browser.judging import judge
from tests.factories.customers import Bank, person
from tests.factories.ledger import book

pytestmark = pytest.mark.browser
LAST = date(2026, 11, 20)


@pytest.fixture
async def drained(bank: Bank) -> Party:
    """A customer whose money left, with everything that colleagues write down in a customer's life."""
    lines = [(date(2026, 3, 1), "credit", 50_000, None, None), (LAST, "debit", 49_000, None, None)]
    party = await book(bank, *lines, opened=date(2026, 1, 1))

    async def activate(ctx: Context) -> None:
        customer: Customer | None = await customer_of(ctx, party.id)
        assert customer is not None
        await set_stage(ctx, customer, Stage.ACTIVE, "test")

    await bank.run(bank.system, activate)
    await _computed(bank)
    await bank.run(bank.manager, portrait.record_event, party.id, "moved", date(2026, 10, 1), "To Brno")
    await bank.run(bank.manager, loyalty.enrol, party.id, Agreement(1, "en", "in_person"))
    welcome = loyalty.EarnInput(party_id=party.id, code="welcome", reference="welcome")
    await bank.run(bank.manager, loyalty.earn, welcome)
    spoke = contact.RecordInput(direction=Direction.INBOUND, channel=Channel.TELEPHONE, body="Asked about the fees")
    await bank.run(bank.manager, contact.record, party.id, spoke)
    return party


async def _computed(bank: Bank) -> None:
    run = await bank.run(bank.system, portfolio.start)
    while run.state == RunState.RUNNING:
        run = await bank.run(bank.system, portfolio.advance)
    await bank.run(bank.system, segments.run_rules)


async def _task(bank: Bank, party: Party) -> str:
    given = TaskInput(title="Call the notary", department="relationship", party_id=party.id, points=("Ask", "Write"))
    return f"/tasks/{(await bank.run(bank.manager, tasks.create, given)).id}"


async def _prospect(bank: Bank) -> str:
    row = await bank.run(bank.manager, prospects.record, person("Eva Malá"), ProspectInput(source=Source.BRANCH))
    return f"/life/prospects/{row.id}"


async def _survey(bank: Bank, party: Party) -> str:
    async def write(ctx: Context) -> Any:
        asked = survey_rules(ctx.policies, ctx.now.date()).rules.named("relationship")
        return await opened(ctx, asked, Occasion(event="yearly", party_id=party.id, about_id=new_id()))

    row, links = await bank.run(bank.system, write), survey_links(bank.platform)
    return links.address(row.tenant_id, row.id, row.expires_at).removeprefix(links.base_url)


_MANAGER = (
    "/life", "/life/watch?show=all", "/life/prospects", "/life/prospects/new", "/life/segments",
    "/life/playbooks", "/life/playbooks/win_back", "/life/offers", "/tasks",
    "/tasks/new", "/tasks/notices", "/loyalty", "/knowledge", "/knowledge/ask", "/feedback/follow-ups",
)  # fmt: skip
_OF_CUSTOMER = (
    "/life/of/{id}/stage", "/loyalty/members/{id}", "/customers/{id}", "/customers/{id}/portrait",
    "/customers/{id}/contact", "/customers/{id}/contact/message",
)  # fmt: skip
_OFFICER = (
    "/life/models", "/life/targets", "/feedback", "/feedback/comments", "/contact", "/contact/templates",
    "/tasks/ageing", "/knowledge/questions", "/knowledge/new",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_no_page_of_a_customers_life_breaks_a_rule(
    visitor: Visitor, bank: Bank, tenant: Tenant, drained: Party, language: str
) -> None:
    speaking = {"name": "tenure_language", "value": language, "url": visitor.address}
    await visitor.page.context.add_cookies([speaking])
    application = f"{APPLICATION}{tenant.slug}?campaign=welcome_bonus&lang={language}"
    public = [f"{ASSISTANT}{tenant.slug}?lang={language}", application, await _survey(bank, drained)]
    wrong = {path: await judge(visitor, path) for path in public}
    own = [path.format(id=drained.id) for path in _OF_CUSTOMER]
    segment = (await bank.run(bank.system, segments_of, [drained.id]))[drained.id]
    made = [f"/life/segments/rules/{segment}", await _task(bank, drained), await _prospect(bank)]
    for login, paths in (("manager", [*_MANAGER, *own, *made]), ("officer", [*_OFFICER, *own])):
        await visitor.page.context.clear_cookies(name="tenure")
        await visitor.sign_in(tenant, login)
        wrong |= {f"{login} {path}": await judge(visitor, path) for path in paths}
    assert {path: found for path, found in wrong.items() if found} == {}
    assert visitor.complaints == []


async def test_an_administrator_meets_no_customer_on_any_page_of_life(
    visitor: Visitor, bank: Bank, tenant: Tenant, drained: Party
) -> None:
    prospect, task = await _prospect(bank), await _task(bank, drained)
    await visitor.sign_in(tenant, "administrator")
    page = visitor.page
    for path in (*_MANAGER, *_OFFICER, *(each.format(id=drained.id) for each in _OF_CUSTOMER), prospect, task):
        await visitor.open(path)
        shown = await page.inner_text("body")
        assert not [word for word in ("Novák", "Malá", "notary", str(drained.id)) if word in shown], path
