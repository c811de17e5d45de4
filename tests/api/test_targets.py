"""Targets over GraphQL: figures against goals, the records behind them, and who may set what."""

from datetime import date
from typing import Any

from backend.core.actor import Actor
from tests.api.conftest import Door
from tests.factories.customers import Bank, with_roles

BOARD = """
query ($month: Date) { targets(month: $month) {
  month asOf lines { measure { code unit } value goal met absent records }
} }
"""
SET = """
mutation ($measure: String!, $value: Decimal!, $on: Date!, $key: String) {
  answer: setTarget(measure: $measure, value: $value, startsOn: $on, idempotencyKey: $key) {
    __typename
    ... on TargetGoal { id value endsOn }
    ... on Problem { code }
    ... on InvalidProblem { field }
  }
}
"""
COMPUTE = """
mutation ($month: Date!) { answer: computeTargets(month: $month) {
  __typename ... on TargetSnapshot { month figures } ... on Problem { code }
} }
"""
GOALS = "query ($month: Date!) { targetGoals(month: $month) { id measure value } }"
BEHIND = """
query ($measure: String!, $month: Date!) { targetRecords(measure: $measure, month: $month) {
  now kept absent records { record recordId day } unseen more
} }
"""
THIS = "2026-11-01"


async def goal(door: Door, actor: Actor, measure: str = "churn", value: str = "0.05", **more: Any) -> dict[str, Any]:
    given = {"measure": measure, "value": value, "on": more.pop("on", THIS), **more}
    answer: dict[str, Any] = (await door.data(SET, actor, **given))["answer"]
    return answer


async def test_a_goal_stands_beside_the_figure_of_its_month(door: Door, bank: Bank) -> None:
    await goal(door, bank.lead)
    await door.data(COMPUTE, with_roles(bank.officer, "risk_analyst"), month=THIS)
    lines = (await door.data(BOARD, bank.lead, month=THIS))["targets"]["lines"]
    churn = next(each for each in lines if each["measure"]["code"] == "churn")
    assert (churn["goal"], churn["measure"]["unit"]) == ("0.0500", "SHARE")


async def test_what_was_not_measured_says_so_instead_of_zero(door: Door, bank: Bank) -> None:
    await door.data(COMPUTE, with_roles(bank.officer, "risk_analyst"), month=THIS)
    lines = (await door.data(BOARD, bank.lead, month=THIS))["targets"]["lines"]
    assert all((each["value"] is None) == (each["absent"] is not None) for each in lines)
    assert any(each["absent"] for each in lines)


async def test_a_goal_is_set_once_for_a_key(door: Door, bank: Bank) -> None:
    answers = [await goal(door, bank.lead, key="goal-1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len((await door.data(GOALS, bank.lead, month=THIS))["targetGoals"]) == 1


async def test_a_new_goal_takes_the_place_of_the_one_before(door: Door, bank: Bank) -> None:
    await goal(door, bank.lead, value="0.05")
    await goal(door, bank.lead, value="0.04", on="2026-12-01")
    found = (await door.data(GOALS, bank.lead, month="2026-12-01"))["targetGoals"]
    assert [each["value"] for each in found] == ["0.0400"]


async def test_a_measure_that_nobody_keeps_is_refused_at_its_field(door: Door, bank: Bank) -> None:
    answer = await goal(door, bank.lead, measure="happiness")
    assert (answer["__typename"], answer["field"]) == ("InvalidProblem", "measure")


async def test_who_only_reads_targets_sets_and_computes_none(door: Door, bank: Bank) -> None:
    assert (await goal(door, bank.auditor))["code"] == "access.not_allowed"
    assert (await door.data(COMPUTE, bank.auditor, month=THIS))["answer"]["code"] == "access.not_allowed"


async def test_who_has_no_right_to_targets_is_refused(door: Door, bank: Bank) -> None:
    assert await door.codes(BOARD, bank.agent) == ["access.not_allowed"]


async def test_behind_a_figure_no_record_of_anothers_customer_is_listed(door: Door, bank: Bank) -> None:
    await bank.customer()
    lead = with_roles(bank.stranger, "team_lead")
    found = (await door.data(BEHIND, lead, measure="churn", month=THIS))["targetRecords"]
    assert found["records"] == []


async def test_goals_of_another_institution_stay_there(door: Door, bank: Bank, foreign: Bank) -> None:
    await goal(door, bank.lead)
    assert (await door.data(GOALS, foreign.lead, month=date(2026, 11, 1).isoformat()))["targetGoals"] == []
