"""Figures every night, and one report a week by mail, to colleagues in the roles that the rule-set names."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import RoleGrant, Tenant
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge.platform import open_platform
from backend.engagement.segments import queries as segments
from backend.engagement.segments.models import Scheme
from backend.engagement.targets import queries
from backend.engagement.targets.ruleset import TARGETS
from backend.jobs import segmenting, targets
from tests.conftest import NOW
from tests.factories.customers import Bank, open_bank
from tests.servicing.interactions.test_channels import MailServer, mail_server

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def told(
    settings: Settings, database: Database, tenant: Tenant, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Bank]:
    """On a Monday, a bank of which three have an address: one in Chinese, and one who may see no targets."""
    policies = tmp_path / "policies"
    shutil.copytree(settings.policies, policies)
    (rules,) = (policies / TARGETS).glob("*.yaml")
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("roles: [team_lead,", "roles: [team_lead, service_agent,"), "utf-8")
    given = settings.model_copy(update={"policies": policies, "contact_folder": tmp_path / "mail"})
    clock.advance(timedelta(days=(MONDAY - NOW.date()).days))
    opened = await open_platform(given, clock=clock, database=database)
    bank = await open_bank(opened, tenant)
    await bank.run(bank.system, _hire)
    yield bank
    await opened.engine.dispose()


_HIRED = (
    ("lead", "team_lead", "en"),
    ("colleague", "team_lead", "zh_CN"),
    ("agent", "service_agent", "en"),
    ("manager", "relationship_manager", "en"),
)


async def _hire(ctx: Context) -> None:
    for login, role, locale in _HIRED:
        user = await directory.staff_by_login(ctx.session, login)
        assert user is not None
        async with ctx.audit("staff.edit", ("staff_user", user.id)):
            user.work_email, user.locale = f"{login}@bank.example", locale
        grant = RoleGrant(
            tenant_id=user.tenant_id, holder_id=user.id, role=role, granted_by=ctx.actor.id, valid_from=ctx.now
        )
        async with ctx.audit("role.grant", ("staff_user", user.id)):
            ctx.session.add(grant)


def mails(bank: Bank) -> list[EmailMessage]:
    folder = bank.platform.settings.contact_folder
    assert folder is not None
    found = (message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.rglob("*.eml")))
    return [each for each in found if isinstance(each, EmailMessage)]


async def test_the_report_goes_to_the_roles_in_each_ones_language(told: Bank) -> None:
    await targets.compute_due(told.platform, told.system)
    assert await targets.report(told.platform, told.system) == 2
    subjects = {str(each["To"]): str(each["Subject"]) for each in mails(told)}
    assert subjects == {
        "lead@bank.example": "Test Bank: targets, November 2026",
        "colleague@bank.example": "Test Bank：十一月 2026目标达成情况",
    }
    body = next(each for each in mails(told) if each["To"] == "lead@bank.example").get_body(("plain",))
    assert body is not None
    assert "not kept yet" in body.get_content()


async def test_whoever_may_not_see_targets_is_sent_none(told: Bank) -> None:
    await targets.report(told.platform, told.system)
    assert "agent@bank.example" not in {each["To"] for each in mails(told)}


async def test_the_report_leaves_by_smtp_where_a_server_is_named(told: Bank) -> None:
    server = MailServer()
    async with mail_server(server) as way:
        named = told.platform.settings.model_copy(update={"smtp_host": way.host, "smtp_port": way.port})
        assert await targets.report(replace(told.platform, settings=named), told.system) == 2
    sent = [message_from_bytes(each, policy=default) for each in server.received]
    assert sorted(str(each["To"]) for each in sent) == ["colleague@bank.example", "lead@bank.example"]
    assert {part.get_content_type() for part in sent[0].walk()} > {"text/plain", "text/html"}


async def test_a_week_has_one_report(told: Bank, clock: FixedClock) -> None:
    await targets.report(told.platform, told.system)
    assert await targets.report(told.platform, told.system) == 0
    clock.advance(timedelta(days=7))
    assert await targets.report(told.platform, told.system) == 2


async def test_on_other_days_nothing_is_sent_unless_asked_for(told: Bank, clock: FixedClock) -> None:
    clock.advance(timedelta(days=1))
    assert await targets.report(told.platform, told.system) == 0
    assert await targets.report(told.platform, told.system, at_once=True) == 2


async def test_every_night_this_month_is_computed_and_the_one_before_until_it_settled(
    told: Bank, clock: FixedClock
) -> None:
    first = await targets.compute_due(told.platform, told.system)
    second = await targets.compute_due(told.platform, told.system)
    assert [row.month.month for row in first] == [10, 11]
    assert [row.month.month for row in second] == [11]
    assert len(await told.run(told.system, queries.snapshots)) == 2


async def test_segments_are_run_anew_only_under_other_rules(told: Bank) -> None:
    await told.customer()
    assert await segmenting.renew(told.platform, told.system) == []
    await segmenting.run_all(told.platform, told.system)
    assert await segmenting.renew(told.platform, told.system) == []
    assert len(await told.run(told.system, segments.runs, Scheme.RULES)) == 1


def test_a_week_is_named_as_the_standard_does() -> None:
    assert targets.week_of(date(2026, 1, 1)) == "2026-W01"
    assert targets.week_of(date(2027, 1, 1)) == "2026-W53"
