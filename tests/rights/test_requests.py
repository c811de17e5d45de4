"""Requests of data subjects: their clock, their steps, and what each kind brings about."""

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.casework import service as casework
from backend.casework.queries import open_of
from backend.casework.service import Placement
from backend.consent import service as consent
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.customers.errors import PartyNotFound
from backend.customers.models import Stage
from backend.privacy.personal import personal_tables
from backend.rights import queries, words
from backend.rights import service as rights
from backend.rights.errors import (
    ExtensionNotAllowed,
    PackageMissing,
    PurposesMissing,
    ReasonUnknown,
    ReceiptOutOfRange,
    RequestNotFound,
    RequestRepeated,
    RequestState,
)
from backend.rights.models import RequestKind
from backend.rights.rulesets import request_rules
from backend.rights.service import RequestInput
from backend.rights.words import TITLES
from tests.rights.conftest import ADDRESS, BIRTH_NUMBER, EMAIL, NAME, PDF, Privacy


def _ask(kind: str = "access", **given: Any) -> RequestInput:
    return RequestInput(kind=RequestKind(kind), channel="branch", **given)


async def _request(privacy: Privacy, request_id: Any) -> Any:
    return await privacy.read(lambda ctx: queries.request(ctx, request_id), privacy.bank.officer)


async def test_a_request_is_due_a_month_after_its_receipt(privacy: Privacy) -> None:
    party = await privacy.customer()
    received_on = privacy.clock().date() - timedelta(days=3)
    request = await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask(received_on=received_on))
    assert request.due_on == received_on.replace(month=received_on.month + 1)
    item = await privacy.read(lambda ctx: open_of(ctx, request.id))
    assert (item.queue, item.due_at.date()) == ("privacy.requests", request.due_on - timedelta(days=7))


async def test_a_relationship_manager_takes_a_request_in_and_carries_none_out(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.run(privacy.bank.manager, rights.receive, party.id, _ask())
    with pytest.raises((NotAllowed, RequestNotFound)):
        await privacy.run(privacy.bank.manager, rights.identify, request.id, "identity_document")


async def test_a_stranger_takes_no_request_in(privacy: Privacy) -> None:
    party = await privacy.customer()
    with pytest.raises((NotAllowed, PartyNotFound)):
        await privacy.run(privacy.bank.stranger, rights.receive, party.id, _ask())


async def test_a_receipt_in_the_future_is_refused(privacy: Privacy) -> None:
    party = await privacy.customer()
    tomorrow = privacy.clock().date() + timedelta(days=1)
    with pytest.raises(ReceiptOutOfRange):
        await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask(received_on=tomorrow))


async def test_an_open_request_is_not_taken_in_twice(privacy: Privacy) -> None:
    party = await privacy.customer()
    await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask())
    with pytest.raises(RequestRepeated):
        await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask())


async def test_nobody_gets_data_before_being_identified(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask())
    with pytest.raises(RequestState):
        await privacy.run(privacy.bank.officer, rights.package_for, request.id, "en")


async def test_access_is_fulfilled_only_with_its_package(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    with pytest.raises(PackageMissing):
        await privacy.run(privacy.bank.officer, rights.fulfil, request)
    await privacy.run(privacy.bank.officer, rights.package_for, request, "en")
    assert (await privacy.run(privacy.bank.officer, rights.fulfil, request)).state == "fulfilled"


async def _package(privacy: Privacy, kind: str, locale: str | None = "en") -> zipfile.ZipFile:
    party = await privacy.customer()
    await privacy.stage(party.id, Stage.ACTIVE)
    request = await privacy.requested(party.id, kind)
    handed = await privacy.run(privacy.bank.officer, rights.package_for, request, locale)
    return zipfile.ZipFile(io.BytesIO(handed.content))


async def test_an_access_package_holds_every_value(privacy: Privacy) -> None:
    archive = await _package(privacy, "access")
    document = orjson.loads(archive.read("package.json"))
    text_ = orjson.dumps(document).decode()
    for value in (NAME, EMAIL, ADDRESS, BIRTH_NUMBER.replace("/", "")):
        assert value in text_ or value in text_.replace("/", ""), value
    assert document["records"]["party"][0]["birth_date"] == "1971-03-19"
    assert {each["purpose"] for each in document["purposes"]} >= {"Offers and news"}
    assert document["withheld"]["article"].startswith("AMLR")


async def test_an_access_package_tells_the_language_and_is_in_it_unless_told_otherwise(privacy: Privacy) -> None:
    document = orjson.loads((await _package(privacy, "access", None)).read("package.json"))
    assert document["records"]["party"][0]["correspondence_language"] == "zh_CN"
    assert "Offers and news" not in {each["purpose"] for each in document["purposes"]}


async def test_an_access_package_is_readable_in_both_languages(privacy: Privacy) -> None:
    archive = await _package(privacy, "access", "zh_CN")
    assert archive.read("package.pdf").startswith(b"%PDF-")


async def test_an_access_package_does_not_tell_of_screening_or_of_work_about_it(privacy: Privacy) -> None:
    party = await privacy.customer()

    async def alert(ctx: Context) -> None:
        placement = Placement(queue="screening.high", kind="screening.review")
        await casework.move(ctx, ("screening_alert", new_id()), placement, party.id)

    await privacy.platform.run(privacy.bank.system, alert)
    request = await privacy.requested(party.id, "access")
    handed = await privacy.run(privacy.bank.officer, rights.package_for, request, "en")
    records = orjson.loads(zipfile.ZipFile(io.BytesIO(handed.content)).read("package.json"))["records"]
    assert {row["subject_type"] for row in records["work_item"]} == {"privacy_request"}
    assert not {name for name in records if name.startswith(("screening", "risk", "review", "behaviour"))}


def test_every_table_that_is_handed_out_has_a_title_in_both_languages(settings: Settings) -> None:
    withheld = request_rules(Policies(settings.policies), "CZ", date(2026, 11, 22)).rules.withheld.tables
    told = personal_tables().keys() - withheld - {"document_content"}
    assert {name for name in told if name not in TITLES} == set()
    assert {title for title in TITLES.values() if translate("zh_CN", title) == title} == set()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "是"),
        ("2026-11-22T14:37:16.312056+00:00", "2026-11-22 14:37 UTC"),
        (["branch", "e-mail"], "网点 · e-mail"),
        ([{"kind": "email", "party_id": "hidden", "value": "a@b.cz"}], "种类: 电子邮件; 内容: a@b.cz"),
        ([], ""),
        (0, "0"),
    ],
)
def test_values_are_written_for_readers(value: Any, said: str) -> None:
    assert words.said(value, "zh_CN") == said


async def test_an_access_package_brings_the_files_back(privacy: Privacy) -> None:
    archive = await _package(privacy, "access")
    files = [name for name in archive.namelist() if name.startswith("documents/")]
    assert [archive.read(name) for name in files] == [PDF]


async def test_a_portability_package_is_tables_that_others_can_read(privacy: Privacy) -> None:
    archive = await _package(privacy, "portability")
    names = csv.DictReader(io.StringIO(archive.read("records/party_name.csv").decode("utf-8-sig")))
    assert [row["full_name"] for row in names] == [NAME]
    assert "records/privacy_request.csv" not in archive.namelist()


async def test_handing_out_a_package_is_noted_as_reading_everything(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    await privacy.run(privacy.bank.officer, rights.package_for, request, "en")

    async def reads(ctx: Context) -> Any:
        query = "SELECT reads FROM audit_entry WHERE action = 'personal_data.read' AND actor_id = :id ORDER BY id DESC"
        return await ctx.session.scalar(text(query), {"id": privacy.bank.officer.id})

    noted = orjson.loads(await privacy.read(reads))
    assert {"party", "party_name", "document_content"} <= set(noted[0]["fields"])


async def test_a_restriction_stops_what_may_be_stopped(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "restriction")
    await privacy.run(privacy.bank.officer, rights.fulfil, request)
    for purpose, allowed in (("analytics", False), ("servicing", False), ("anti_money_laundering", True)):
        decided = await privacy.read(lambda ctx, p=purpose: consent.allowed(ctx, [party.id], p))
        assert decided[party.id].allowed is allowed, purpose


async def test_an_objection_ends_what_rests_on_legitimate_interest(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "objection", purposes=["analytics"])
    await privacy.run(privacy.bank.officer, rights.fulfil, request)
    decided = await privacy.read(lambda ctx: consent.allowed(ctx, [party.id], "analytics"))
    assert (decided[party.id].allowed, decided[party.id].reason) == (False, "objected")


async def test_an_objection_names_its_purposes(privacy: Privacy) -> None:
    party = await privacy.customer()
    with pytest.raises(PurposesMissing):
        await privacy.run(privacy.bank.officer, rights.receive, party.id, _ask("objection"))


async def test_a_request_is_extended_once_and_before_it_is_late(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    before = (await _request(privacy, request)).due_on
    extended = await privacy.run(privacy.bank.officer, rights.extend, request, "complexity")
    assert extended.due_on == rights_due(before)
    with pytest.raises(ExtensionNotAllowed):
        await privacy.run(privacy.bank.officer, rights.extend, request, "complexity")


def rights_due(before: Any) -> Any:
    return before.replace(year=before.year + (before.month + 2 > 12), month=(before.month + 1) % 12 + 1)


async def test_a_late_request_cannot_be_extended(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    privacy.clock.advance(timedelta(days=40))
    with pytest.raises(ExtensionNotAllowed):
        await privacy.run(privacy.bank.officer, rights.extend, request, "complexity")


async def test_a_refusal_gives_a_reason_of_the_rule_set(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    with pytest.raises(ReasonUnknown):
        await privacy.run(privacy.bank.officer, rights.refuse, request, "too_much_work")
    refused = await privacy.run(privacy.bank.officer, rights.refuse, request, "excessive")
    assert (refused.state, refused.outcome) == ("refused", "excessive")


async def test_a_breach_is_warned_of_before_it_happens(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    privacy.clock.advance(timedelta(days=20))
    assert await privacy.platform.run(privacy.bank.system, rights.watch) == 0
    privacy.clock.advance(timedelta(days=4))
    assert await privacy.platform.run(privacy.bank.system, rights.watch) == 1
    warned = await _request(privacy, request)
    assert warned.warned_at is not None
    assert warned.breached_at is None


async def test_a_missed_date_is_recorded_once(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "access")
    privacy.clock.advance(timedelta(days=40))
    assert await privacy.platform.run(privacy.bank.system, rights.watch) == 1
    assert await privacy.platform.run(privacy.bank.system, rights.watch) == 0
    assert (await _request(privacy, request)).breached_at == privacy.clock()


async def test_a_closed_request_leaves_no_work_behind(privacy: Privacy) -> None:
    party = await privacy.customer()
    request = await privacy.requested(party.id, "correction")
    await privacy.run(privacy.bank.officer, rights.fulfil, request)
    assert await privacy.read(lambda ctx: open_of(ctx, request)) is None
