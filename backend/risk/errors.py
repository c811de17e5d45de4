"""What rating refuses."""

from backend.core.errors import Conflict, Invalid, NotFound


class NotRated(NotFound):
    code = "risk.not_rated"
    text = "This customer has no risk rating yet."


class RatingNotFound(NotFound):
    code = "risk.rating_not_found"
    text = "There is no such rating, or you may not see it."


class RatingErased(Conflict):
    code = "risk.rating_erased"
    text = "The customer was erased; what the rating was made from can no longer be read."


class NoScheme(Conflict):
    code = "risk.no_scheme"
    text = "No rating rule-set is assigned to customers of this kind in {jurisdiction}."


class RuleSetNotKept(NotFound):
    code = "risk.ruleset_not_kept"
    text = "The text of the rating rule-set {digest} is not kept here."


class RuleSetNotInForce(NotFound):
    code = "risk.ruleset_not_in_force"
    text = "No version of the rating rule-set {scheme} is in force on {day}."


class FactUnknown(Invalid):
    code = "risk.fact_unknown"
    text = "The rating rule-set has no fact “{fact}”."


class FactInvalid(Invalid):
    code = "risk.fact_invalid"
    text = "“{fact}” cannot have this value: {problem}."


class OverrideRefused(Invalid):
    code = "risk.override_refused"
    text = "The override is not possible: {why}."


class OverrideOpen(Conflict):
    code = "risk.override_open"
    text = "An override of this customer waits for a second person already."


class OverrideNotFound(NotFound):
    code = "risk.override_not_found"
    text = "There is no such override, or you may not see it."


class OverrideDecided(Conflict):
    code = "risk.override_decided"
    text = "This override was decided already."


class RatingMoved(Conflict):
    code = "risk.rating_moved"
    text = "The customer's computed level changed since the override was proposed; propose it again."


class FindingNotFound(NotFound):
    code = "risk.finding_not_found"
    text = "There is no such finding, or you may not see it."


class FindingIncomplete(Invalid):
    code = "risk.finding_incomplete"
    text = "Say where it stands and what it says; a report also has the day on which it was published."


class FindingInFuture(Invalid):
    code = "risk.finding_in_future"
    text = "A report cannot have been published after today."


class FindingWithdrawn(Conflict):
    code = "risk.finding_withdrawn"
    text = "This finding was withdrawn already."
