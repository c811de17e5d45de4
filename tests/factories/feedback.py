"""Surveys at any point of their course, made through the services."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from backend.core.ids import new_id
from backend.edge.survey_links import survey_links
from backend.servicing.feedback import service
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Given, Occasion
from backend.servicing.feedback.service.opening import opened
from backend.servicing.interactions.models import MessageTemplate, TemplateState
from tests.factories import onboarding as banks

TEMPLATE = "survey_invitation"
WORDS = "I waited two hours, and the fees are too high."


async def worded(bank: banks.Bank) -> None:
    """The text of the message, approved."""

    async def write(ctx: Any) -> None:
        row = MessageTemplate(
            id=new_id(),
            tenant_id=bank.tenant.id,
            code=TEMPLATE,
            version=1,
            purpose="survey",
            channels=["email"],
            subject_en="How was it?",
            subject_zh="您的评价",
            body_en="Please answer until {valid_until}: {link}",
            body_zh="请在{valid_until}前评价：{link}",
            fields=["link", "valid_until"],
            state=TemplateState.APPROVED,
            drafted_by=bank["rm"].id,
            drafted_at=ctx.now,
            decided_by=bank["head"].id,
            decided_at=ctx.now,
        )
        async with ctx.audit("contact.template_approve", ("message_template", row.id)):
            ctx.session.add(row)

    await bank.run("system", write)


async def invited(bank: banks.Bank, party_id: UUID, **given: Any) -> Survey | None:
    told = {"event": "complaint.closed", "party_id": party_id, "about_id": new_id(), "channel": "branch", **given}
    row: Survey | None = await bank.run("system", service.invite, survey_links(bank.platform), Occasion(**told))
    return row


async def sent(bank: banks.Bank, party_id: UUID, **given: Any) -> Survey:
    row = await invited(bank, party_id, **given)
    assert row is not None
    return row


async def opinions(bank: banks.Bank, party_id: UUID, scores: Iterable[int], code: str, product: str) -> None:
    """Answers to a survey about a product, each about an occasion of its own."""

    async def write(ctx: Any) -> None:
        for score in scores:
            occasion = Occasion(event="sale.confirmed", party_id=party_id, about_id=new_id(), product_code=product)
            row = await opened(ctx, survey_rules(ctx.policies, ctx.now.date()).rules.named(code), occasion)
            await service.answer(ctx, row.id, Given(score))

    await bank.run("system", write)


async def answered(bank: banks.Bank, party_id: UUID, score: int, comment: str | None = None, **given: Any) -> Survey:
    row = await sent(bank, party_id, **given)
    done: Survey = await bank.run("system", service.answer, row.id, Given(score, comment))
    return done
