"""The use cases of onboarding, one verb each; they stand in four files by who makes them and when.

Every one takes the context first, requires its right, refuses the wrong state, writes with its audit entries, and
leaves the case with the work item and the event that follow.
"""

from backend.onboarding.closing import expire_due, withdraw
from backend.onboarding.conditions import extend_condition, meet_condition, miss_conditions
from backend.onboarding.deciding import ConditionInput, decide_by_rule, propose_decision, sign
from backend.onboarding.opening import edit_case, open_case, recompute, recompute_party, submit
from backend.onboarding.reviewing import (
    answer_again,
    rebase,
    receive_information,
    record_check,
    request_information,
    run_checks,
    start_review,
    waive_check,
    waive_requirement,
)

__all__ = [
    "ConditionInput",
    "answer_again",
    "decide_by_rule",
    "edit_case",
    "expire_due",
    "extend_condition",
    "meet_condition",
    "miss_conditions",
    "open_case",
    "propose_decision",
    "rebase",
    "receive_information",
    "recompute",
    "recompute_party",
    "record_check",
    "request_information",
    "run_checks",
    "sign",
    "start_review",
    "submit",
    "waive_check",
    "waive_requirement",
    "withdraw",
]
