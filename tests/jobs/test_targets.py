"""Figures every night, and one report a week by mail, to whom the rule-set names."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from backend.access.models import Tenant
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

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def told(
    settings: Settings, database: Database, tenant: Tenant, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Bank]:
    """On a Monday, a bank whose rule-set names two recipients."""
    policies = tmp_path / "policies"
    shutil.copytree(settings.policies, policies)
    (rules,) = (policies / TARGETS).glob("*.yaml")
    recipients = "recipients: [{address: board@bank.example}, {address: beijing@bank.example, locale: zh_CN}]"
    rules.write_text(rules.read_text("utf-8").replace("recipients: []", recipients), "utf-8")
    given = settings.model_copy(update={"policies": policies, "contact_folder": tmp_path / "mail"})
    clock.advance(timedelta(days=(MONDAY - NOW.date()).days))
    opened = await open_platform(given, clock=clock, database=database)
    yield await open_bank(opened, tenant)
    await opened.engine.dispose()


def mails(bank: Bank) -> list[EmailMessage]:
    folder = bank.platform.settings.contact_folder
    assert folder is not None
    found = (message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.rglob("*.eml")))
    return [each for each in found if isinstance(each, EmailMessage)]


async def test_the_report_goes_to_each_recipient_in_their_language(told: Bank) -> None:
    await targets.compute_due(told.platform, told.system)
    assert await targets.report(told.platform, told.system) == 2
    subjects = {str(each["To"]): str(each["Subject"]) for each in mails(told)}
    assert subjects == {
        "board@bank.example": "Test Bank: targets, November 2026",
        "beijing@bank.example": "Test Bank：十一月 2026目标达成情况",
    }
    body = next(each for each in mails(told) if each["To"] == "board@bank.example").get_body(("plain",))
    assert body is not None
    assert "not kept yet" in body.get_content()


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
