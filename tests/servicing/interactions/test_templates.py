"""Texts that are sent: written, approved by somebody else, replaced, and never changed behind a signature."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend.access.errors import NotAllowed
from backend.edge.errors import RuleOfDatabase
from backend.servicing.interactions import merging, service
from backend.servicing.interactions.errors import (
    ChannelUnknown,
    MergeFieldUnknown,
    TemplateAuthor,
    TemplateIncomplete,
    TemplateNotOpen,
    TemplateOpen,
)
from backend.servicing.interactions.models import MessageTemplate, TemplateState
from backend.servicing.interactions.queries import templates
from tests.factories import contact as make
from tests.factories import onboarding as banks


async def test_a_text_is_in_force_when_a_second_person_has_approved_it(bank: banks.Bank) -> None:
    row = await make.in_force(bank)
    assert (row.state, row.version, row.fields) == (TemplateState.APPROVED, 1, ["name"])


async def test_nobody_approves_their_own_text(bank: banks.Bank) -> None:
    row = await bank.run("lead", service.draft_template, make.template())
    with pytest.raises(TemplateAuthor):
        await bank.run("lead", service.approve_template, row.id)


async def test_who_only_serves_customers_writes_no_texts(bank: banks.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.draft_template, make.template())


async def test_the_database_refuses_the_author_whatever_the_program_says(bank: banks.Bank) -> None:
    row = await bank.run("lead", service.draft_template, make.template())

    async def forged(ctx: Any) -> None:
        found = await ctx.session.get_one(MessageTemplate, row.id)
        async with ctx.audit("contact.template_approve", ("message_template", row.id)):
            found.state, found.decided_by, found.decided_at = TemplateState.APPROVED, row.drafted_by, ctx.now

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await bank.run("system", forged)


async def test_the_database_refuses_to_change_an_approved_text(bank: banks.Bank) -> None:
    row = await make.in_force(bank)

    async def forged(ctx: Any) -> None:
        async with ctx.audit("contact.template_draft", ("message_template", row.id)) as entry:
            changed = update(MessageTemplate).where(col(MessageTemplate.id) == row.id)
            await ctx.session.execute(
                changed.values(body_en="Send us your password.", entry_id=entry, ver=col(MessageTemplate.ver) + 1)
            )

    with pytest.raises(RuleOfDatabase, match="message_template_decided"):
        await bank.run("system", forged)


async def test_the_next_version_takes_the_place_of_the_one_in_force(bank: banks.Bank) -> None:
    first = await make.in_force(bank)
    drafted = await bank.run("officer", service.draft_template, make.template(body_en="Hello {name}."))
    assert (await bank.run("rm", templates.in_force, "news")).id == first.id
    await bank.run("lead", service.approve_template, drafted.id)
    rows = await bank.run("rm", templates.versions, "news")
    assert [(row.version, row.state) for row in rows] == [(2, "approved"), (1, "retired")]


async def test_two_drafts_of_a_text_do_not_wait_at_once(bank: banks.Bank) -> None:
    await bank.run("lead", service.draft_template, make.template())
    with pytest.raises(TemplateOpen):
        await bank.run("officer", service.draft_template, make.template())


async def test_a_rejected_text_is_never_approved(bank: banks.Bank) -> None:
    row = await bank.run("lead", service.draft_template, make.template())
    await bank.run("officer", service.reject_template, row.id)
    with pytest.raises(TemplateNotOpen):
        await bank.run("officer2", service.approve_template, row.id)


@pytest.mark.parametrize("text", ["{password}", "{name.__class__}", "{name!r}", "{0}", "{name", "{name:>500000}"])
async def test_a_text_names_fields_of_the_list_alone(bank: banks.Bank, text: str) -> None:
    with pytest.raises(MergeFieldUnknown):
        await bank.run("lead", service.draft_template, make.template(body_en=text))


async def test_a_text_is_written_in_both_languages(bank: banks.Bank) -> None:
    with pytest.raises(TemplateIncomplete):
        await bank.run("lead", service.draft_template, make.template(body_zh=" "))


async def test_a_text_is_for_channels_by_which_messages_are_sent(bank: banks.Bank) -> None:
    with pytest.raises(ChannelUnknown):
        await bank.run("lead", service.draft_template, make.template(channels=["telephone"]))


def test_values_are_never_read_as_a_text() -> None:
    assert merging.merged("Dear {name}", ["name"], {"name": "{institution}"}) == "Dear {institution}"


def test_a_paragraph_without_its_value_is_left_out() -> None:
    told = merging.merged("Dear {name}\n\n{reason}\n\nYours", ["name", "reason"], {"name": "Jana", "reason": ""})
    assert told == "Dear Jana\n\nYours"
