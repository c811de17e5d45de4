"""What onboarding refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class CaseNotFound(NotFound):
    code = "case.not_found"
    text = "There is no such case, or you may not see it."


class ConditionNotFound(NotFound):
    code = "case.condition_not_found"
    text = "There is no such condition, or you may not see it."


class PartyUnknown(NotFound):
    code = "case.party_unknown"
    text = "There is no such party, or you may not open a case for it."


class NotInThisState(Conflict):
    code = "case.not_in_this_state"
    text = "A case that is {state} does not allow this ({verb})."


class CaseAlreadyOpen(Conflict):
    code = "case.already_open"
    text = "There is an open case for this customer already: {number}."


class CaseChanged(Conflict):
    code = "case.changed"
    text = "Somebody else changed this case in the meantime. Load it again and repeat your change."


class RequirementsOpen(Conflict):
    code = "case.requirements_open"
    text = "The case cannot be approved while these requirements are open: {requirements}."


class ConditionsMissing(Conflict):
    code = "case.conditions_missing"
    text = "An approval without these conditions is not possible: {conditions}."


class NoConditions(Invalid):
    code = "case.no_conditions"
    text = "An approval with conditions names at least one condition, and a plain approval names none."


class UnknownCondition(Invalid):
    code = "case.unknown_condition"
    text = "The rule-set of the case does not know the condition “{condition}”."


class ConditionDateInvalid(Invalid):
    code = "case.condition_date_invalid"
    text = "The due date {due_on} of the condition “{condition}” is in the past or later than the rule-set allows."


class UnknownReason(Invalid):
    code = "case.unknown_reason"
    text = "“{reason}” is not a reason of the rule-set for this step ({use})."


class ReasonMissing(Invalid):
    code = "case.reason_missing"
    text = "A decision gives at least one reason."


class UnknownRequirement(Invalid):
    code = "case.unknown_requirement"
    text = "The case has no open requirement “{requirement}”."


class NotWaivable(Refused):
    code = "case.not_waivable"
    text = "The rule-set does not let anybody waive “{requirement}”."


class UnknownCheck(Invalid):
    code = "case.unknown_check"
    text = "The case asks for no check of the kind “{kind}”."


class CheckNotByHand(Refused):
    code = "case.check_not_by_hand"
    text = "The check “{kind}” is answered by its own capability and not by hand."


class CheckNotWaivable(Refused):
    code = "case.check_not_waivable"
    text = "The rule-set does not let anybody waive the check “{kind}”."


class RuleMayNotDecide(Refused):
    code = "case.rule_may_not_decide"
    text = "The rule-set “{ruleset}” prepares decisions; it takes none."


class AlreadySigned(Conflict):
    code = "case.already_signed"
    text = "You have signed this decision already."


class ConditionClosed(Conflict):
    code = "case.condition_closed"
    text = "This condition is already {status}."


class DueDateInvalid(Invalid):
    code = "case.due_date_invalid"
    text = "The date by which information is due lies in the past."
