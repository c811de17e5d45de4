"""The compliance officer's other reports, each over records as their capability writes them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.access.models import RoleGrant
from backend.access.proof_models import EmergencyAccess
from backend.consent import service as consent
from backend.consent.models import ProcessingLimit
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.reporting.catalog import REPORTS
from backend.reporting.models import Format
from backend.reporting.privacy_requests import timely as timely_request
from backend.reporting.review_times import timely
from backend.reviews.models import Review
from backend.rights import service as rights
from backend.rights.models import RequestKind
from backend.risk.models import RiskOverride, RiskRating
from backend.screening.alerts.models import ScreeningAlert, ScreeningDisposition
from tests.conftest import NOW
from tests.factories.customers import person, with_roles
from tests.reporting.conftest import Office

_SHA = "ab" * 32


async def _write(office: Office, action: str, subject: tuple[str, UUID], *rows: Any) -> UUID:
    async def written(ctx: Any) -> UUID:
        async with ctx.audit(action, subject) as entry:
            for row in rows:
                ctx.session.add(row)
                await ctx.session.flush()
        return entry  # type: ignore[no-any-return]

    return await office.platform.run(office.bank.system, written)


def _rating(office: Office, party: UUID, level: str, at: datetime = NOW, override: UUID | None = None) -> RiskRating:
    return RiskRating(
        id=new_id(),
        tenant_id=office.bank.tenant.id,
        party_id=party,
        scheme="crr",
        digest=_SHA,
        cause="onboarding",
        rated_on=at.date(),
        rated_at=at,
        points=250,
        out_of=500,
        computed="medium",
        level=level,
        override_id=override,
        next_review_on=date(2026, 11, 1),
        record=b"sealed",
    )


async def test_access_rights_name_person_role_right_scope_and_policy_line(office: Office) -> None:
    person_id = office.bank.officer.id
    grant = RoleGrant(
        tenant_id=office.bank.tenant.id,
        holder_id=person_id,
        role="compliance_officer",
        granted_by=office.bank.administrator.id,
        valid_from=NOW - timedelta(days=1),
    )
    await _write(office, "role.appoint", ("staff", person_id), grant)
    lines = await office.lines("access-rights")
    assert {line["login"] for line in lines} == {"officer"}
    (line,) = [line for line in lines if line["right"] == "audit.verify"]
    said = {key: line[key] for key in ("role", "effect", "scope", "through", "changes")}
    assert said == {
        "role": "compliance_officer",
        "effect": "allows",
        "scope": "tenant",
        "through": "compliance_officer",
        "changes": "no",
    }
    assert str(line["policy"]).startswith("policy.csv:")
    assert isinstance(line["leaf"], int)


async def test_a_role_that_has_ended_gives_no_line(office: Office) -> None:
    grant = RoleGrant(
        tenant_id=office.bank.tenant.id,
        holder_id=office.bank.officer.id,
        role="compliance_officer",
        granted_by=office.bank.administrator.id,
        valid_from=NOW - timedelta(days=2),
        valid_to=NOW - timedelta(days=1),
    )
    await _write(office, "role.appoint", ("staff", office.bank.officer.id), grant)
    assert await office.lines("access-rights") == []


async def test_a_first_rating_and_a_changed_level_are_changes_and_an_equal_one_is_not(office: Office) -> None:
    party = (await office.bank.customer(person("Anna Nováková"))).id
    for level in ("low", "low", "high"):
        await _write(office, "risk.rate", ("party", party), _rating(office, party, level))
    lines = await office.lines("rating-changes")
    assert [(line["was"], line["level"], line["customer_name"]) for line in lines] == [
        (None, "low", "Anna Nováková"),
        ("low", "high", "Anna Nováková"),
    ]


async def test_a_reader_who_may_not_see_names_gets_them_masked_or_hidden(office: Office) -> None:
    party = (await office.bank.customer(person("Anna Nováková"))).id
    await _write(office, "risk.rate", ("party", party), _rating(office, party, "low"))
    analyst = Actor(uuid4(), office.bank.tenant.id, "staff", frozenset({"risk_analyst"}), "web", "test")
    (line,) = await office.lines("rating-changes", analyst)
    assert "Nováková" not in str(line["customer_name"])


async def test_the_distribution_counts_the_newest_rating_of_each_customer_at_the_instant(office: Office) -> None:
    first, second, third = [(await office.bank.customer(person(name))).id for name in ("A B", "C D", "E F")]
    for party, level, at in (
        (first, "low", NOW - timedelta(days=5)),
        (first, "high", NOW - timedelta(days=1)),
        (second, "high", NOW - timedelta(days=5)),
        (third, "low", NOW - timedelta(days=5)),
    ):
        await _write(office, "risk.rate", ("party", party), _rating(office, party, level, at))
    now = await office.lines("rating-distribution")
    assert [(line["level"], line["customers"], line["share"]) for line in now] == [
        ("high", 2, "66.67"),
        ("low", 1, "33.33"),
    ]
    then = await office.lines("rating-distribution", until=NOW - timedelta(days=2))
    assert [(line["level"], line["customers"]) for line in then] == [("high", 1), ("low", 2)]


async def test_levels_set_by_people_name_both(office: Office) -> None:
    party = (await office.bank.customer(person("Anna Nováková"))).id
    override = RiskOverride(
        id=new_id(),
        tenant_id=office.bank.tenant.id,
        party_id=party,
        scheme="crr",
        level="low",
        computed_then="medium",
        reason="mitigated",
        note=b"sealed",
        state="in_force",
        effective_from=NOW.date(),
        expires_on=date(2027, 1, 1),
        proposed_by=office.bank.officer.id,
        proposed_at=NOW,
        decided_by=office.bank.second_officer.id,
        decided_at=NOW,
    )
    await _write(office, "risk.override.propose", ("party", party), override)
    (line,) = await office.lines("rating-overrides", since=NOW, until=NOW + timedelta(seconds=1))
    said = (line["computed"], line["level"], line["proposed_by"], line["decided_by"])
    assert said == ("medium", "low", "officer", "second_officer")


@pytest.mark.parametrize(
    ("ended", "now", "said"),
    [
        (NOW, NOW, "in time"),
        (NOW + timedelta(seconds=1), NOW, "late"),
        (None, NOW, "open"),
        (None, NOW + timedelta(seconds=1), "overdue"),
    ],
)
def test_a_review_is_judged_by_its_due_time(ended: datetime | None, now: datetime, said: str) -> None:
    assert timely(NOW, ended, now) == said


async def test_reviews_tell_whether_they_ended_in_time(office: Office) -> None:
    party = (await office.bank.customer(person("Anna Nováková"))).id
    review = Review(
        id=new_id(),
        tenant_id=office.bank.tenant.id,
        party_id=party,
        cause="periodic",
        level="high",
        depth="enhanced",
        four_eyes=True,
        ruleset=_SHA,
        since=NOW - timedelta(days=200),
        opened_at=NOW - timedelta(days=20),
        due_at=NOW - timedelta(days=3),
    )
    await _write(office, "customer.edit", ("party", party), review)
    (line,) = await office.lines("review-times")
    assert (line["timely"], line["days"], line["level"]) == ("overdue", 3, "high")


async def test_emergency_access_is_told_without_its_words(office: Office) -> None:
    taken = EmergencyAccess(
        id=new_id(),
        tenant_id=office.bank.tenant.id,
        user_id=office.bank.auditor.id,
        role="forensic_auditor",
        reason="court_order",
        words=b"sealed words",
        opened_at=NOW,
        until=NOW + timedelta(hours=1),
    )
    await _write(office, "emergency.open", ("staff", office.bank.auditor.id), taken)
    reader = with_roles(office.bank.auditor, "auditor")
    (line,) = await office.lines("emergency-access", reader)
    assert (line["person"], line["role"], line["reason"]) == ("auditor", "forensic_auditor", "court_order")
    assert "words" not in line


async def test_decided_alerts_tell_who_how_and_how_soon(office: Office) -> None:
    party = (await office.bank.customer(person("Anna Nováková"))).id
    common: dict[str, Any] = {"tenant_id": office.bank.tenant.id, "party_id": party, "score": 91, "four_eyes": True}
    version = new_id()
    alert = ScreeningAlert(
        id=new_id(),
        list_id=new_id(),
        list_code="eu",
        list_kind="sanctions",
        list_version_id=version,
        entity_ref="eu-1",
        entity_name="Anna NOVAKOVA",
        entity_digest=_SHA,
        material_digest=_SHA,
        facts_digest=b"f",
        strength=900,
        severity="high",
        cause="new",
        state="false_positive",
        opened_at=NOW - timedelta(hours=30),
        seen_at=NOW,
        proposed_by=office.bank.officer.id,
        decided_by=office.bank.second_officer.id,
        decided_at=NOW,
        **common,
    )
    decision = ScreeningDisposition(
        id=new_id(),
        alert_id=alert.id,
        outcome="false_positive",
        reason="different_birth_date",
        proposed_by=office.bank.officer.id,
        decided_by=office.bank.second_officer.id,
        decided_at=NOW,
        facts_digest=b"f",
        entity_digest=_SHA,
        material_digest=_SHA,
        list_version_id=version,
        ruleset=_SHA,
        **common,
    )
    entry = await _write(office, "screening.alert.decide", ("party", party), alert, decision)
    (line,) = await office.lines("alert-decisions", since=NOW, until=NOW + timedelta(seconds=1))
    said = {key: line[key] for key in ("list", "decision", "reason", "proposed_by", "decided_by", "hours", "ruleset")}
    assert said == {
        "list": "eu",
        "decision": "false_positive",
        "reason": "different_birth_date",
        "proposed_by": "officer",
        "decided_by": "second_officer",
        "hours": 30,
        "ruleset": _SHA,
    }
    (logged,) = {each["leaf"] for each in await office.lines("audit", subjects=(party,)) if each["entry"] == str(entry)}
    assert line["leaf"] == logged
    assert await office.lines("alert-decisions", until=NOW) == []


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("code", sorted(REPORTS))
async def test_every_report_is_made_in_every_format_also_when_it_is_empty(
    office: Office, code: str, form: Format
) -> None:
    content, made = await office.made(code, form, locale="zh_CN")
    assert len(content) == made.size > 0


@pytest.mark.parametrize("code", sorted(REPORTS))
def test_every_column_of_a_report_says_what_it_means(code: str) -> None:
    columns = REPORTS[code].columns
    assert all(column.means.endswith(".") for column in columns)
    assert len({column.key for column in columns}) == len(columns)


async def test_a_consent_says_for_what_by_whom_and_what_shows_it(office: Office) -> None:
    party = (await office.bank.customer()).id
    given = consent.ConsentInput(purpose="marketing", channel="email", text_version=1, evidence="partner_form")
    await office.bank.run(office.bank.manager, consent.record_consent, party, given)
    withdrawn = ("marketing", "email", "recorded_call")
    await office.bank.run(office.bank.manager, consent.withdraw_consent, party, *withdrawn)
    first, second = await office.lines("consents", subjects=(party,))
    said = [(line["purpose"], line["channel"], line["act"], line["text_version"]) for line in (first, second)]
    assert said == [("marketing", "email", "given", 1), ("marketing", "email", "withdrawn", None)]
    assert (first["recorded_by"], first["evidence"]) == ("manager", "partner_form")
    assert isinstance(first["leaf"], int)


async def test_a_request_of_a_data_subject_says_whether_it_was_answered_in_time(
    office: Office, clock: FixedClock
) -> None:
    party = (await office.bank.customer()).id
    asked = rights.RequestInput(kind=RequestKind.CORRECTION, channel="branch", details="a word of their own")
    request = await office.bank.run(office.bank.officer, rights.receive, party, asked)
    reader = with_roles(office.bank.officer, "data_protection_officer")
    (line,) = await office.lines("privacy-requests", reader, subjects=(party,))
    assert (line["kind"], line["timely"], line["number"]) == ("correction", "open", request.number)
    assert "a word of their own" not in map(str, line.values())
    clock.advance(timedelta(days=60))
    (late,) = await office.lines("privacy-requests", reader, subjects=(party,))
    assert late["timely"] == "overdue"


@pytest.mark.parametrize(
    ("closed", "today", "said"), [(3, 9, "in time"), (4, 9, "late"), (None, 3, "open"), (None, 4, "overdue")]
)
def test_a_request_that_ends_on_its_last_day_is_in_time(closed: int | None, today: int, said: str) -> None:
    ended = None if closed is None else date(2026, 11, closed)
    assert timely_request(date(2026, 11, 3), ended, date(2026, 11, today)) == said


async def test_what_is_asked_of_a_customer_follows_to_the_records_about_them(office: Office) -> None:
    party = (await office.bank.customer()).id
    limit = ProcessingLimit(
        tenant_id=office.bank.tenant.id,
        party_id=party,
        kind="objection",
        purpose="marketing",
        ground="own_situation",
        since=NOW,
        set_by=office.bank.officer.id,
    )
    await _write(office, "processing.object", ("party", party), limit)

    async def lifted(ctx: Any) -> None:
        async with ctx.audit("processing.release", ("processing_limit", limit.id)):
            (await ctx.session.get_one(ProcessingLimit, limit.id)).until = ctx.now

    await office.platform.run(office.bank.system, lifted)
    lines = await office.lines("audit", subjects=(party,))
    assert ("processing_limit", str(limit.id)) in {(line["subject_type"], line["subject_id"]) for line in lines}
