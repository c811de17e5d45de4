"""Assessments over GraphQL: the questionnaire, a preview that records nothing, the grade, and who may see it."""

from typing import Any
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make
from tests.factories.suitability import BOLD, CAUTIOUS, Answers, assessed, investor

QUESTIONNAIRE = """
query ($id: UUID!) {
  questionnaire(partyId: $id, kind: SUITABILITY) { id kind groups { questions { code several options { code } } } }
}
"""
PREVIEW = """
query ($id: UUID!, $answers: [AnswerInput!]!) {
  assessmentPreview(partyId: $id, kind: SUITABILITY, answers: $answers) {
    score grade faults { question what } contradictions { code explainable firstQuestion secondQuestion }
  }
}
"""
ASSESS = """
mutation ($id: UUID!, $input: AssessmentInput!, $key: String) {
  assessCustomer(id: $id, input: $input, idempotencyKey: $key) {
    __typename
    ... on Assessment { id state grade kind }
    ... on Problem { code message }
    ... on InvalidProblem { field }
  }
}
"""
WITHDRAW = """
mutation ($id: UUID!) {
  withdrawAssessment(id: $id, reason: "answered_for_somebody_else") {
    __typename ... on Assessment { state } ... on Problem { code }
  }
}
"""
OF_CUSTOMER = "query ($id: UUID!) { assessments(partyId: $id) { id state grade } }"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


def _told(answers: Answers) -> list[dict[str, Any]]:
    return [{"question": question, "options": list(options)} for question, options in answers.items()]


async def test_a_customer_is_asked_what_the_rules_of_the_institution_ask(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    asked = (await door.data(QUESTIONNAIRE, bank["rm"], id=str(party_id)))["questionnaire"]
    questions = {each["code"]: each for group in asked["groups"] for each in group["questions"]}
    assert (asked["id"], asked["kind"]) == ("suitability-eu", "SUITABILITY")
    assert questions.keys() == CAUTIOUS.keys()
    assert all(
        set(chosen) <= {option["code"] for option in questions[code]["options"]} for code, chosen in BOLD.items()
    )


async def test_a_preview_grades_and_records_nothing(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank, None))
    found = (await door.data(PREVIEW, bank["rm"], id=party_id, answers=_told(CAUTIOUS)))["assessmentPreview"]
    assert (found["score"], found["grade"], found["faults"]) == (46, "C3", [])
    assert (await door.data(OF_CUSTOMER, bank["rm"], id=party_id))["assessments"] == []


async def test_a_preview_names_what_is_missing_and_what_contradicts_itself(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank, None))
    partly = {code: options for code, options in CAUTIOUS.items() if code != "years"}
    found = (await door.data(PREVIEW, bank["rm"], id=party_id, answers=_told(partly)))["assessmentPreview"]
    assert ([each["question"] for each in found["faults"]], found["grade"]) == (["years"], None)
    against = CAUTIOUS | {"objective": ["growth"], "needed": ["within_year"]}
    found = (await door.data(PREVIEW, bank["rm"], id=party_id, answers=_told(against)))["assessmentPreview"]
    assert [(each["code"], each["explainable"]) for each in found["contradictions"]] == [("growth_soon_needed", True)]


async def test_an_assessment_that_is_sent_twice_is_recorded_once(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank, None))
    given = {"kind": "SUITABILITY", "answers": _told(CAUTIOUS)}
    made = [
        (await door.data(ASSESS, bank["rm"], id=party_id, input=given, key="at-the-desk"))["assessCustomer"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert (made[0]["grade"], made[0]["state"]) == ("C3", "IN_FORCE")
    assert len((await door.data(OF_CUSTOMER, bank["rm"], id=party_id))["assessments"]) == 1


async def test_answers_that_are_not_complete_are_refused_by_their_field(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank, None))
    given = {"kind": "SUITABILITY", "answers": _told({"years": ["under_2"]})}
    answer = (await door.data(ASSESS, bank["rm"], id=party_id, input=given))["assessCustomer"]
    assert (answer["__typename"], answer["field"]) == ("InvalidProblem", "answers.knownProducts")


async def test_a_new_assessment_takes_the_place_of_the_last_and_can_be_taken_out_of_force(
    door: Door, bank: make.Bank
) -> None:
    party_id = await investor(bank)
    row = await assessed(bank, party_id, BOLD)
    states = (await door.data(OF_CUSTOMER, bank["rm"], id=str(party_id)))["assessments"]
    assert [(each["state"], each["grade"]) for each in states] == [("IN_FORCE", "C5"), ("REPLACED", "C3")]
    ended = (await door.data(WITHDRAW, bank["rm"], id=str(row.id)))["withdrawAssessment"]
    assert ended == {"__typename": "Assessment", "state": "WITHDRAWN"}


async def test_who_does_not_see_the_customer_learns_nothing_of_the_assessments(door: Door, bank: make.Bank) -> None:
    party_id: UUID = await investor(bank)
    assert (await door.data(OF_CUSTOMER, door.somebody("relationship_manager"), id=str(party_id)))["assessments"] == []
    given = {"kind": "SUITABILITY", "answers": _told(CAUTIOUS)}
    answer = (await door.data(ASSESS, door.somebody("relationship_manager"), id=str(party_id), input=given))[
        "assessCustomer"
    ]
    assert answer["__typename"] in {"NotAllowedProblem", "NotFoundProblem"}
