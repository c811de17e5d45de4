"""What the rights of data subjects refuse."""

from backend.core.errors import Conflict, Invalid, NotFound


class RequestNotFound(NotFound):
    code = "rights.request_not_found"
    text = "There is no such request, or you may not see it."


class NoRulesForJurisdiction(Invalid):
    code = "rights.no_rules"
    text = "No rule-set in {directory} is for {jurisdiction} on {day}; add one before such a request is taken in."


class RequestState(Conflict):
    code = "rights.request_state"
    text = "The request is in the state “{state}”, which does not allow this."


class RequestRepeated(Conflict):
    code = "rights.request_repeated"
    text = "The person has an open request of this kind already."


class ReceiptOutOfRange(Invalid):
    code = "rights.receipt"
    text = "A request is received today or within the last {days} days; give the day on which it arrived."


class ReasonUnknown(Invalid):
    code = "rights.reason_unknown"
    text = "“{reason}” is not among the reasons of the rule-set; known are {known}."


class ExtensionNotAllowed(Conflict):
    code = "rights.extension"
    text = (
        "The time for this request cannot be extended: it was extended before, it has run out, or the rules know none."
    )


class PackageMissing(Conflict):
    code = "rights.package_missing"
    text = "Put the package together before you close the request; it is what the person asked for."


class PurposesMissing(Invalid):
    code = "rights.purposes_missing"
    text = "An objection names at least one purpose of the rule-set."


class ErasureNotDue(Conflict):
    code = "rights.erasure_not_due"
    text = "The data must be kept: {reasons}."


class ErasureElsewhere(Conflict):
    code = "rights.erasure_elsewhere"
    text = "This record was merged into another one; the request belongs to the record that stays."


class ErasedAlready(Conflict):
    code = "rights.erased_already"
    text = "This person was erased; there is nothing left to act on."


class HoldState(Conflict):
    code = "rights.hold_state"
    text = "The legal hold is in the state “{state}”, which does not allow this."


class BatchState(Conflict):
    code = "rights.batch_state"
    text = "The proposal is in the state “{state}”, which does not allow this."


class NotErasedYet(Conflict):
    code = "rights.not_erased_yet"
    text = "The erasure is not completed yet, so there is nothing to certify."


class CertificateBroken(Invalid):
    code = "rights.certificate_broken"
    text = "The certificate does not hold: {problem}"
