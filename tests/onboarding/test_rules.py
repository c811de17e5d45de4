"""What the shipped rule-sets ask and decide: pure, without a database."""

import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rulesets import Policies, RuleSetBroken, load
from backend.customers.rulesets import DocumentRules
from backend.onboarding.facts import NO_EVIDENCE, CaseFacts, Evidence, Paper
from backend.onboarding.models import CaseState, DueDiligence, RequirementStatus
from backend.onboarding.rules import Assessment, assess, months_before
from backend.onboarding.ruleset import OnboardingRules, book, choose

TODAY = date(2026, 11, 22)
POLICIES = Path(__file__).resolve().parents[2] / "policies"
MIGRATED = POLICIES / "onboarding" / "requirements" / "migrated-2026.yaml"

HOLDER = CaseFacts(
    party_kind="person",
    purpose="migrated",
    jurisdiction="CZ",
    products=frozenset({"account"}),
    channel="migration",
    age=44,
    birth_date_known=True,
    residence="CZ",
    region="Praha",
    national_id="incomplete",
    holder_role="owner",
)


@cache
def policies() -> Policies:
    return Policies(POLICIES)


def migrated(**changes: Any) -> Assessment:
    rules = choose(policies(), "CZ", "migrated", TODAY).rules
    return assess(replace(HOLDER, **changes), rules, TODAY)


def new_customer(evidence: Evidence = NO_EVIDENCE, **changes: Any) -> Assessment:
    facts = CaseFacts(party_kind="person", purpose="new", jurisdiction="CZ", products=frozenset({"basic_account"}))
    return assess(replace(facts, **changes), choose(policies(), "CZ", "new", TODAY).rules, TODAY, evidence)


def test_holder_of_a_plain_account_is_taken_over_as_is() -> None:
    assert (migrated().outcome, migrated().reasons) == (CaseState.APPROVED, ("taken_over_complete",))


def test_holder_with_a_card_is_taken_over_on_condition_of_an_identity_document() -> None:
    plan = migrated(products=frozenset({"account", "card"}))
    assert plan.outcome is CaseState.APPROVED_WITH_CONDITIONS
    assert plan.due == {"provide_identity_document": TODAY + timedelta(days=180)}


def test_disponent_has_less_time_than_an_owner() -> None:
    assert migrated(holder_role="disponent").due == {"provide_identity_document": TODAY + timedelta(days=90)}


@pytest.mark.parametrize("guardian", [True, False])
def test_minor_is_never_approved_outright(guardian: bool) -> None:
    plan = migrated(age=17, guardian_known=guardian)
    assert plan.outcome is CaseState.AWAITING_INFORMATION
    assert "guardian_unproven" in plan.reasons


def test_minor_becomes_of_age_on_the_eighteenth_birthday() -> None:
    assert migrated(age=18).outcome is CaseState.APPROVED


def test_missing_number_waits_for_information() -> None:
    assert migrated(national_id=None).reasons == ("national_id_missing",)


def test_person_without_an_account_waits_for_information() -> None:
    assert migrated(holder_role=None).reasons == ("role_unknown",)


def test_missing_district_becomes_a_condition() -> None:
    assert migrated(region=None).due == {"confirm_address": TODAY + timedelta(days=90)}


def test_the_earliest_day_counts_where_two_requirements_set_the_same_condition() -> None:
    plan = migrated(region=None, products=frozenset({"account", "loan"}), loan_status="running")
    assert plan.due["confirm_address"] == TODAY + timedelta(days=90)


def test_arrears_are_decided_by_people() -> None:
    plan = migrated(products=frozenset({"account", "loan"}), loan_status="running_in_debt")
    assert (plan.outcome, plan.risk_level, plan.signatures) == (CaseState.PENDING_APPROVAL, "high", 1)
    assert plan.reasons == ("high_risk", "debt_in_arrears")
    assert plan.work is not None
    assert plan.work.queue == "migration.approval"


@pytest.mark.parametrize("loan_status", [None, "running_in_debt", "finished_unpaid"])
def test_no_rule_alone_rejects_anybody(loan_status: str | None) -> None:
    worst = migrated(loan_status=loan_status, politically_exposed=True, residence="IR", rated_level="high")
    assert worst.outcome is CaseState.PENDING_APPROVAL


def test_requirement_names_the_rule_and_the_facts_that_ask_for_it_without_their_values() -> None:
    guardian = next(r for r in migrated(age=15).requirements if r.code == "guardian")
    assert [b.as_json() for b in guardian.because] == [
        {"rule": "migrated.minor", "facts": [{"fact": "age", "operator": "below", "operand": 18, "held": True}]}
    ]


def test_unknown_age_is_no_minor() -> None:
    assert not any(r.code == "guardian" for r in migrated(age=None).requirements)


def test_rating_that_answered_replaces_the_provisional_level() -> None:
    plan = migrated(rated_level="high", rated_points=88)
    assert (plan.risk_level, plan.risk_points, plan.due_diligence) == ("high", 88, DueDiligence.ENHANCED)


def test_plain_account_of_low_risk_allows_simplified_due_diligence() -> None:
    assert new_customer(residence="CZ").due_diligence is DueDiligence.SIMPLIFIED


def test_tie_to_a_high_risk_country_demands_enhanced_due_diligence_and_a_second_person() -> None:
    plan = new_customer(nationalities=frozenset({"CZ", "IR"}))
    assert (plan.due_diligence, plan.signatures) == (DueDiligence.ENHANCED, 1)
    assert any(r.code == "source_of_funds" for r in plan.requirements)


def test_organisation_of_two_layers_shows_its_structure() -> None:
    codes = {r.code for r in new_customer(party_kind="organisation", ownership_layers=2).requirements}
    assert {"ownership_structure", "articles"} <= codes


def _proof(issued: date | None, expires: date | None = None, status: str = "accepted") -> Evidence:
    paper = Paper(UUID(int=1), "proof_of_address", status, issued, expires)
    return Evidence(papers=(paper,))


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        (_proof(date(2026, 8, 22)), RequirementStatus.SATISFIED),
        (_proof(date(2026, 8, 21)), RequirementStatus.OPEN),
        (_proof(None), RequirementStatus.OPEN),
        (_proof(date(2026, 11, 23)), RequirementStatus.OPEN),
        (_proof(date(2026, 11, 1), status="revision"), RequirementStatus.OPEN),
        (_proof(date(2026, 11, 1), expires=date(2026, 11, 21)), RequirementStatus.OPEN),
    ],
)
def test_proof_of_address_is_accepted_valid_and_at_most_three_months_old(
    evidence: Evidence, status: RequirementStatus
) -> None:
    plan = new_customer(evidence, nationalities=frozenset({"IR"}))
    assert next(r for r in plan.requirements if r.code == "address_proof").status is status


def test_months_are_counted_to_the_last_day_of_a_shorter_month() -> None:
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2026, 2, 1), 3) == date(2025, 11, 1)


FACTS = st.builds(
    CaseFacts,
    party_kind=st.just("person"),
    purpose=st.just("migrated"),
    jurisdiction=st.just("CZ"),
    products=st.frozensets(st.sampled_from(["account", "card", "loan"])),
    age=st.none() | st.integers(0, 110),
    birth_date_known=st.booleans(),
    residence=st.sampled_from([None, "CZ", "DE"]),
    region=st.sampled_from([None, "Praha"]),
    national_id=st.sampled_from([None, "valid", "incomplete", "invalid"]),
    holder_role=st.sampled_from([None, "owner", "disponent"]),
    loan_status=st.sampled_from([None, "running", "running_in_debt", "finished_unpaid"]),
    guardian_known=st.booleans(),
)


@given(FACTS)
def test_whatever_the_facts_approval_means_that_nothing_blocks_and_nobody_has_to_sign(facts: CaseFacts) -> None:
    plan = assess(facts, choose(policies(), "CZ", "migrated", TODAY).rules, TODAY)
    if plan.outcome in {CaseState.APPROVED, CaseState.APPROVED_WITH_CONDITIONS}:
        assert not plan.blocking
        assert plan.signatures == 0
        assert facts.age is None or facts.age >= 18
    assert plan.outcome is not CaseState.APPROVED_WITH_CONDITIONS or plan.conditions
    assert plan.reasons


@given(FACTS)
def test_an_answer_from_memory_equals_a_fresh_one(facts: CaseFacts) -> None:
    rules = choose(policies(), "CZ", "migrated", TODAY).rules
    assert assess(facts, rules, TODAY) == assess(facts, rules, TODAY, Evidence())


def test_a_bank_of_five_thousand_is_assessed_in_well_under_a_second() -> None:
    rules = choose(policies(), "CZ", "migrated", TODAY).rules
    people = [replace(HOLDER, age=n % 90, region=None if n % 7 == 0 else f"district {n % 77}") for n in range(5369)]
    start = time.process_time()
    for facts in people:
        assess(facts, rules, TODAY)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("version", book(Policies(POLICIES)).versions, ids=lambda version: version.rules.id)
def test_every_paper_that_is_asked_for_is_a_known_kind_of_document(version: Any) -> None:
    kinds = policies().book("customers/documents", DocumentRules).effective(TODAY).rules
    asked = {type_ for need in version.rules.requirements.values() for type_ in need.accepts}
    assert {type_ for type_ in asked if kinds.type(type_) is None} == set()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{fact: age, below: 18}", "{fact: aeg, below: 18}", "no fact “aeg”"),
        ("{fact: age, below: 18}", "{fact: age, below: young}", "age is a number"),
        ("{fact: age, below: 18}", "{fact: party_kind, below: 18}", "compares numbers"),
        ("{fact: age, below: 18}", "{import: os}", "no condition “import”"),
        ("reason: guardian_missing}", "reason: no_such}", "reason “no_such” is not declared"),
        ("requirement: guardian,", "requirement: gaurdian,", "“gaurdian”, which is not declared"),
        ("condition: confirm_address, within_days: 90", "condition: nothing, within_days: 90", "condition “nothing”"),
        ("id: migrated.minor", "id: migrated.role", "declared twice"),
        ("in: $credit_and_cards", "in: $unknown", "no list “unknown”"),
        ("    points: 40", "    points: 40\n    pionts: 3", "Extra inputs"),
    ],
)
def test_a_mistake_in_a_rule_set_is_named_when_it_is_loaded(tmp_path: Path, old: str, new: str, problem: str) -> None:
    broken = tmp_path / "rules.yaml"
    source = MIGRATED.read_text(encoding="utf-8")
    assert old in source
    broken.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=problem):
        load(broken, OnboardingRules)


def test_risk_rule_may_not_depend_on_what_is_computed_from_it(tmp_path: Path) -> None:
    broken = tmp_path / "rules.yaml"
    source = MIGRATED.read_text(encoding="utf-8")
    loop = source.replace("{fact: loan_status, equals: running_in_debt}", "{fact: risk_level, equals: high}")
    broken.write_text(loop, encoding="utf-8")
    with pytest.raises(RuleSetBroken, match="may not depend on derived facts"):
        load(broken, OnboardingRules)
