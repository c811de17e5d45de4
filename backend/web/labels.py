"""What codes are called. English here, every other language in the catalogue; a code without a name is made readable.

Codes are compared in lower case, because the schema writes enums in capitals and rule-sets do not.
"""

from typing import Final

from backend.core.i18n import translate

LABELS: Final[dict[str, dict[str, str]]] = {
    "role": {
        "relationship_manager": "Relationship manager",
        "team_lead": "Team lead",
        "compliance_officer": "Compliance officer",
        "head_of_compliance": "Head of compliance",
        "product_manager": "Product manager",
        "risk_analyst": "Risk analyst",
        "service_agent": "Service agent",
        "auditor": "Auditor",
        "forensic_auditor": "Forensic auditor",
        "administrator": "Administrator",
    },
    "kind": {"person": "Person", "organisation": "Organisation"},
    "stage": {
        "prospect": "Prospect",
        "onboarding": "Onboarding",
        "active": "Active",
        "growing": "Growing",
        "loyal": "Loyal",
        "at_risk": "At risk",
        "dormant": "Dormant",
        "churned": "Churned",
        "won_back": "Won back",
        "exited": "Exited",
    },
    "risk": {"low": "Low", "medium": "Medium", "high": "High", "prohibited": "Prohibited"},
    "case_state": {
        "draft": "Draft",
        "submitted": "Submitted",
        "in_review": "In review",
        "awaiting_information": "Awaiting information",
        "pending_approval": "Pending approval",
        "approved": "Approved",
        "approved_with_conditions": "Approved with conditions",
        "rejected": "Rejected",
        "withdrawn": "Withdrawn",
        "expired": "Case expired",
    },
    "purpose": {
        "new": "New relationship",
        "migrated": "Taken over",
        "beneficial_owner": "Beneficial owner",
    },
    "channel": {
        "branch": "Branch",
        "online": "Online",
        "app": "Mobile app",
        "partner": "Partner",
        "migration": "Migration",
    },
    "product": {
        "basic_account": "Basic account",
        "current_account": "Current account",
        "card": "Card",
        "loan": "Loan",
        "mortgage": "Mortgage",
        "overdraft": "Overdraft",
        "standing_order": "Standing order",
        "securities": "Securities account",
        "private_banking": "Private banking",
        "life_insurance": "Life insurance",
    },
    "due_diligence": {"simplified": "Simplified", "standard": "Standard", "enhanced": "Enhanced"},
    "requirement_kind": {"data": "Data", "document": "Documents", "check": "Checks", "approval": "Signatures"},
    "requirement_status": {
        "open": "Open",
        "satisfied": "Satisfied",
        "waived": "Waived",
        "deferred": "Deferred",
        "dropped": "No longer asked",
    },
    "check": {
        "identity": "Identity",
        "registry": "Registry",
        "address": "Address",
        "beneficial_ownership": "Beneficial ownership",
        "screening": "Screening",
        "rating": "Risk rating",
    },
    "check_status": {
        "open": "Open",
        "passed": "Passed",
        "failed": "Failed",
        "referred": "Referred to a person",
        "waived": "Waived",
    },
    "document_status": {
        "pending": "To be verified",
        "accepted": "Accepted",
        "revision": "Better copy needed",
        "rejected": "Rejected",
        "expired": "Expired",
    },
    "name_kind": {
        "legal": "Legal name",
        "birth": "Name at birth",
        "alias": "Alias",
        "trading": "Trading name",
        "transliteration": "Transliteration",
    },
    "address_kind": {
        "home": "Home address",
        "registered": "Registered office",
        "business": "Place of business",
        "postal": "Postal address",
    },
    "contact_kind": {"email": "E-mail", "phone": "Phone"},
    "country_kind": {"nationality": "Nationality", "tax_residency": "Tax residency", "birth": "Country of birth"},
    "gender": {"female": "Female", "male": "Male", "f": "Female", "m": "Male", "other": "Other"},
    "relationship_kind": {
        "guardian": "Guardian of",
        "spouse": "Spouse of",
        "parent": "Parent of",
        "director": "Director of",
        "authorised_signatory": "Authorised signatory of",
        "disponent": "Authorised on the accounts of",
        "employee": "Employee of",
    },
    "relationship_back": {
        "guardian": "Under the guardianship of",
        "spouse": "Spouse of",
        "parent": "Child of",
        "director": "Directed by",
        "authorised_signatory": "Signed for by",
        "disponent": "Accounts also used by",
        "employee": "Employer of",
    },
    "stake_kind": {"shares": "Shares", "votes": "Votes", "control": "Control"},
    "identifier_verdict": {"valid": "Check digit right", "invalid": "Check digit wrong", "no_rule": "Not checkable"},
    "decision": {
        "approve": "Approve",
        "approve_with_conditions": "Approve with conditions",
        "reject": "Reject",
        "return": "Return for rework",
    },
    "decided": {
        "approve": "Approved",
        "approve_with_conditions": "Approved with conditions",
        "reject": "Rejected",
        "return": "Returned",
    },
    "condition_status": {
        "proposed": "Proposed",
        "open": "Open",
        "met": "Met",
        "missed": "Missed",
        "dropped": "Dropped",
    },
    "work_kind": {
        "onboarding.prepare": "Complete the application",
        "onboarding.review": "Review the case",
        "onboarding.information": "Follow up on information",
        "onboarding.approval": "Sign the decision",
        "onboarding.condition": "Follow up on a condition",
        "migration.information": "Complete a migrated customer",
        "migration.approval": "Decide a migrated customer",
    },
    "work_state": {"open": "Waiting", "claimed": "Taken", "done": "Finished", "cancelled": "Cancelled"},
    "holder_role": {"owner": "Account owner", "disponent": "Authorised user"},
    "loan_status": {
        "finished_ok": "Repaid",
        "finished_unpaid": "Ended in default",
        "running_ok": "Running",
        "running_in_debt": "In arrears",
    },
    "direction": {"credit": "In", "debit": "Out", "in": "In", "out": "Out"},
    "merge_status": {
        "open": "Possible duplicate",
        "proposed": "Merge proposed",
        "merged": "Merged",
        "dismissed": "Different customers",
    },
    "party_status": {"active": "Active", "merged": "Merged", "shredded": "Erased"},
    "ground": {
        "interest": "Interest",
        "held": "Held together",
        "control": "Control",
        "senior_manager": "Senior manager",
    },
    "channel_of": {"web": "Web client", "graphql": "GraphQL", "job": "Background job", "cli": "Command line"},
    "outcome": {"success": "Done", "denied": "Denied", "failed": "Failed"},
    "proof": {"proven": "Proven", "pending": "Not sealed yet", "sealed": "Sealed", "waiting": "Not sealed yet"},
    "matched": {
        "name": "Name",
        "identifier": "Identifier",
        "phone": "Phone",
        "email": "E-mail",
        "number": "Customer number",
    },
    "refused": {
        "400": "This request cannot be read",
        "403": "You may not do this",
        "404": "Not found",
        "409": "Not possible now",
        "422": "Something is missing or wrong",
        "500": "Something went wrong on our side",
    },
    "notice": {
        "party.recorded": "The customer was recorded.",
        "party.edited": "The change was saved.",
        "case.opened": "The onboarding case was opened.",
        "case.edited": "The case was saved.",
        "case.submitted": "The case was submitted for review.",
        "case.review_started": "You are reviewing this case now.",
        "case.checked": "The checks were run.",
        "case.check_recorded": "The outcome of the check was recorded.",
        "case.waived": "The waiver was recorded.",
        "case.asked": "The information was requested.",
        "case.answered": "The case is in review again.",
        "case.proposed": "The decision was proposed; a second person has to sign it.",
        "case.decided": "The case is decided.",
        "case.signed": "Your signature was recorded.",
        "case.withdrawn": "The case was withdrawn.",
        "case.rebased": "The case now follows the current rules.",
        "condition.met": "The condition was confirmed as met.",
        "document.uploaded": "The document was received.",
        "document.accepted": "The document was accepted.",
        "document.revision": "A better copy was asked for.",
        "document.rejected": "The document was rejected.",
        "work.claimed": "This work is yours now.",
        "work.released": "The work is back in its queue.",
        "work.assigned": "The work was assigned.",
        "merge.proposed": "The merge was proposed; a second person has to approve it.",
        "merge.approved": "The two records are one now.",
        "merge.dismissed": "The two records stay separate.",
    },
}
_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset(
        {
            "active",
            "growing",
            "loyal",
            "won_back",
            "low",
            "approved",
            "satisfied",
            "passed",
            "accepted",
            "met",
            "valid",
            "merged",
            "success",
            "proven",
            "sealed",
            "finished_ok",
            "running_ok",
            "done",
        }
    ),
    "warn": frozenset(
        {
            "medium",
            "awaiting_information",
            "approved_with_conditions",
            "deferred",
            "referred",
            "revision",
            "dormant",
            "at_risk",
            "waived",
            "proposed",
            "pending",
            "waiting",
            "enhanced",
        }
    ),
    "bad": frozenset(
        {
            "high",
            "prohibited",
            "rejected",
            "failed",
            "missed",
            "denied",
            "finished_unpaid",
            "running_in_debt",
            "invalid",
            "churned",
        }
    ),
    "info": frozenset(
        {
            "onboarding",
            "submitted",
            "in_review",
            "pending_approval",
            "claimed",
            "prospect",
        }
    ),
}


def label(locale: str, group: str, value: object) -> str:
    """Empty for what is absent."""
    if value is None:
        return ""
    code = str(value).lower()
    known = LABELS[group].get(code)
    return readable(code) if known is None else translate(locale, known)


def choices(locale: str, group: str) -> list[tuple[str, str]]:
    return [(code, translate(locale, words)) for code, words in LABELS[group].items()]


def readable(code: str) -> str:
    return code.rsplit(".", 1)[-1].replace("_", " ").strip().capitalize()


def tone(value: object) -> str:
    """The class of a badge: its colour says nothing that its word does not."""
    code = str(value).lower()
    return next((name for name, codes in _TONES.items() if code in codes), "")
