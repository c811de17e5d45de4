"""The closed vocabulary of rights: every object, every action on it, what it means.

A policy line that names anything else is refused, and so is code that asks for anything else. `changes` tells rights
that alter the record from rights that read it; `requires` names the restricting scopes that every grant of the right
must carry, so no role, however senior, can skip the second pair of eyes. A personal field is an object of its own
(`customer.national_id`) whose only action is `view`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from backend.access import masking
from backend.access.masking import Mask


@dataclass(frozen=True, slots=True)
class Right:
    object: str
    action: str
    meaning: str
    changes: bool = True
    requires: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """A personal field; without a `mask` it is shown in clear or not at all."""

    name: str
    meaning: str
    mask: Mask | None


FOUR_EYES: Final = frozenset({"not_maker"})
OTHERS_ONLY: Final = frozenset({"not_self"})


def _reads(obj: str, action: str, meaning: str) -> Right:
    return Right(obj, action, meaning, changes=False)


_RIGHTS: Final = (
    _reads("customer", "view", "See a customer"),
    _reads("customer", "search", "Search customers by name"),
    _reads("customer", "search_identifier", "Look customers up by identifier, phone or e-mail"),
    _reads("customer", "view_history", "See earlier versions of a customer"),
    Right("customer", "create", "Enter a new customer"),
    Right("customer", "edit", "Change a customer's data"),
    Right("customer", "assign", "Assign a customer to a relationship manager and team"),
    Right("customer", "merge_propose", "Propose to merge two records of one customer"),
    Right("customer", "merge_approve", "Approve the merge of two records", requires=FOUR_EYES),
    _reads("relationship", "view", "See how customers are related"),
    Right("relationship", "edit", "Change how customers are related"),
    _reads("ownership", "view", "See who owns and controls an organisation"),
    Right("ownership", "edit", "Change who owns and controls an organisation"),
    _reads("document", "view", "See which documents a customer has"),
    _reads("document", "download", "Open the content of a document"),
    Right("document", "upload", "Add a document"),
    Right("document", "verify", "Accept a document, ask for a better one or reject it", requires=FOUR_EYES),
    Right("document", "expire", "Mark documents whose validity is over"),
    _reads("onboarding_case", "view", "See an onboarding case"),
    Right("onboarding_case", "create", "Open an onboarding case"),
    Right("onboarding_case", "edit", "Fill in an onboarding case"),
    Right("onboarding_case", "submit", "Submit an onboarding case"),
    Right("onboarding_case", "review", "Take an onboarding case into review", requires=FOUR_EYES),
    Right("onboarding_case", "request_information", "Ask for missing information"),
    Right("onboarding_case", "receive_information", "Say that information has arrived"),
    Right("onboarding_case", "decide", "Decide an onboarding case", requires=FOUR_EYES),
    Right("onboarding_case", "approve", "Approve a decision as second person", requires=FOUR_EYES),
    Right("onboarding_case", "decide_by_rule", "Decide an onboarding case by an approved rule-set alone"),
    Right("onboarding_case", "withdraw", "Withdraw an onboarding case"),
    Right("onboarding_case", "rebase", "Move an onboarding case to the current rule-set"),
    Right("onboarding_case", "expire", "Close an onboarding case whose time is over"),
    _reads("requirement", "view", "See what a case still needs"),
    Right("requirement", "waive", "Waive a requirement", requires=FOUR_EYES),
    _reads("check", "view", "See the checks of a case"),
    Right("check", "run", "Run a check"),
    Right("check", "record", "Record the outcome of a check made by hand", requires=FOUR_EYES),
    Right("check", "waive", "Waive a check", requires=FOUR_EYES),
    _reads("condition", "view", "See the conditions of an approval"),
    Right("condition", "complete", "Confirm that a condition is met", requires=FOUR_EYES),
    Right("condition", "extend", "Extend the due date of a condition", requires=FOUR_EYES),
    _reads("rating", "view", "See the risk rating of a customer and its reasons"),
    _reads("rating", "simulate", "Rate a customer on facts that are not recorded"),
    _reads("rating", "view_portfolio", "See how ratings spread over the portfolio"),
    _reads("rating", "replay", "Recompute stored ratings from what was recorded"),
    Right("rating", "run", "Rate customers"),
    Right("rating", "record_finding", "Record adverse information about a customer, or that none was found"),
    Right("rating", "override_propose", "Propose another risk level than the computed one"),
    Right("rating", "override_approve", "Agree with another risk level as second person", requires=FOUR_EYES),
    _reads("holding", "view", "See accounts, cards, loans and transactions"),
    Right("holding", "import", "Load accounts, cards, loans and transactions"),
    Right("holding", "end", "Close, lapse, cancel or reinstate a holding"),
    _reads("import", "view", "See the results of an import"),
    Right("import", "run", "Import customers from files"),
    _reads("product", "view", "See products, their versions, prices, documents and states"),
    _reads("product", "view_offers", "See what is on sale, and nothing that is not"),
    Right("product", "create", "Enter a new product"),
    Right("product", "edit", "Change a version of a product that is in preparation, and add its artefacts"),
    Right("product", "propose", "Propose that a product moves to another state, and take the step when all is there"),
    Right("product", "sign", "Sign a step of a product, or refuse it", requires=FOUR_EYES),
    _reads("product", "simulate", "See whom a change of a product would concern, before it is approved"),
    Right("product", "suspend", "Take a product off sale for a review at once"),
    Right("product", "advance", "Take steps of products whose waiting time is over"),
    _reads("queue", "view", "See a queue and its figures"),
    _reads("work_item", "view", "See a piece of work"),
    Right("work_item", "claim", "Take a piece of work"),
    Right("work_item", "assign", "Give a piece of work to somebody"),
    Right("work_item", "release", "Put a piece of work back into its queue"),
    Right("work_item", "escalate", "Escalate a piece of work"),
    Right("work_item", "complete", "Finish a piece of work"),
    _reads("screening_status", "view", "See whether a customer's screening is pending or cleared, and nothing more"),
    _reads("screening_list", "view", "See the lists that are screened against, their versions and what changed"),
    Right("screening_list", "edit", "Set up a list, take it out of use, say how old it may be"),
    Right("screening_list", "load", "Load a new version of a list"),
    Right("screening_list", "confirm", "Confirm a version from which much was removed", requires=FOUR_EYES),
    Right("screening_list", "rollback", "Put an earlier version of a list in force again"),
    _reads("screening", "check", "Compare a name with the lists"),
    Right("screening", "run", "Screen customers against the lists"),
    _reads("screening_alert", "view", "See screening alerts, why they were raised and what was decided"),
    Right("screening_alert", "record", "Reopen screening alerts whose decision is no longer remembered"),
    Right("screening_alert", "work", "Take screening alerts, give them back, comment on them and hand them up"),
    Right("screening_alert", "assign", "Give a screening alert to somebody"),
    Right("screening_alert", "decide", "Decide a screening alert, or propose a decision where two people are needed"),
    Right("screening_alert", "approve", "Answer a proposed decision as second person", requires=FOUR_EYES),
    Right("screening_alert", "reopen", "Reopen a decided screening alert"),
    _reads("consent", "view", "See what a customer consented to"),
    Right("consent", "record", "Record or withdraw a customer's consent"),
    Right("consent", "expire", "End consents whose period is over"),
    _reads("review", "view", "See the reviews of a customer"),
    _reads("review", "view_portfolio", "See how much work reviews will be, over the portfolio"),
    Right("review", "open", "Open a review of a customer, or note a reason on the open one"),
    Right("review", "work", "Take reviews, answer their questions, ask the customer, give them back"),
    Right("review", "receive_information", "Note that information for a review arrived"),
    Right("review", "decide", "End a review, or propose how it ends where two people are needed"),
    Right("review", "approve", "Sign a review as second person", requires=FOUR_EYES),
    Right("review", "run", "Open reviews that are due, watch their clocks and look at movements"),
    _reads("behaviour", "view", "See patterns in the movements of a customer"),
    _reads("assessment", "view", "See assessments of a customer, the answers and what follows from them"),
    Right("assessment", "take", "Put a questionnaire before a customer and record the answers"),
    Right("assessment", "withdraw", "Take an assessment out of force"),
    Right("assessment", "run", "End assessments whose time is over, and tell of those that are due"),
    _reads("assessment", "replay", "Recompute stored assessments from what was recorded"),
    _reads("product_review", "view", "See reviews of products, their packs, findings and actions"),
    Right("product_review", "open", "Open a review of a product, or note a reason on the open one"),
    Right("product_review", "work", "Take reviews of products, compute packs, write findings and set actions"),
    Right("product_review", "decide", "Sign the decision on a review of a product, first"),
    Right("product_review", "approve", "Sign the decision on a review of a product, second", requires=FOUR_EYES),
    Right("product_review", "run", "Open reviews of products that are due, compute packs and watch their clocks"),
    _reads("sale", "check", "Ask what may be sold to a customer"),
    _reads("sale", "view", "See what was sold to a customer, and what was refused"),
    Right("sale", "create", "Sell a product to a customer"),
    Right("sale", "approve", "Sign a sale against a warning as second person", requires=FOUR_EYES),
    Right("sale", "cancel", "Cancel a sale"),
    _reads("complaint", "view", "See complaints, their course, letters and redress"),
    Right("complaint", "receive", "Take in a complaint"),
    Right(
        "complaint",
        "handle",
        "Investigate and answer complaints, unless oneself is complained of",
        requires=OTHERS_ONLY,
    ),
    Right(
        "complaint",
        "approve",
        "Approve answers to complaints and sign redress as second person",
        requires=FOUR_EYES | OTHERS_ONLY,
    ),
    _reads("complaint", "statistics", "See figures of complaints, without names"),
    Right("complaint", "run", "Watch the clocks of complaints and look for products whose complaints rise"),
    _reads("privacy_request", "view", "See requests of data subjects"),
    Right("privacy_request", "receive", "Take in a request of a data subject"),
    Right("privacy_request", "handle", "Carry a request of a data subject out"),
    _reads("privacy_request", "package", "Hand out everything that is held about a person"),
    Right("privacy_request", "approve", "Approve an erasure as second person", requires=FOUR_EYES),
    Right("privacy_request", "watch", "Warn of requests whose time ends, and take up those put off"),
    _reads("legal_hold", "view", "See legal holds"),
    Right("legal_hold", "place", "Place a legal hold, or propose to lift one"),
    Right("legal_hold", "confirm", "Confirm or lift a legal hold as second person", requires=FOUR_EYES),
    _reads("retention", "view", "See what is kept how long, and what is due for erasure"),
    Right("retention", "propose", "Propose what is due for erasure"),
    Right("retention", "approve", "Approve what is due for erasure as second person", requires=FOUR_EYES),
    Right("erasure", "run", "Carry out an approved erasure"),
    _reads("encryption_key", "view", "See the state of the encryption keys"),
    Right("encryption_key", "rotate", "Rotate encryption keys and search tags"),
    Right("encryption_key", "destroy", "Destroy a key that protects nothing any more"),
    _reads("audit", "view", "Read the audit log"),
    _reads("audit", "view_record", "Read the audit trail of a record"),
    _reads("audit", "verify", "Verify the audit log"),
    _reads("audit", "export", "Export the audit log"),
    _reads("report", "export", "Take a report away as a file"),
    Right("report", "expire", "Destroy files of reports whose time is over"),
    _reads("staff", "view", "See staff members"),
    Right("staff", "create", "Enter a staff member"),
    Right("staff", "edit", "Change a staff member's data and team", requires=OTHERS_ONLY),
    Right("staff", "reactivate", "Let a staff member in again", requires=OTHERS_ONLY),
    Right("staff", "deactivate", "Deactivate a staff member", requires=OTHERS_ONLY),
    Right("staff", "reset_credentials", "Reset a staff member's way of signing in", requires=OTHERS_ONLY),
    Right(
        "staff",
        "approve_reset",
        "Take a staff member's second factor away as second person",
        requires=FOUR_EYES | OTHERS_ONLY,
    ),
    Right(
        "staff",
        "reset_alone",
        "Take a staff member's second factor away from the command line, without a second person",
        requires=OTHERS_ONLY,
    ),
    _reads("emergency_access", "view", "See who took emergency access, when and why"),
    Right("emergency_access", "open", "Take emergency access for a short time"),
    Right("emergency_access", "review", "Review emergency access of somebody else", requires=FOUR_EYES | OTHERS_ONLY),
    _reads("team", "view", "See teams"),
    Right("team", "edit", "Create and change teams"),
    _reads("role_grant", "view", "See who holds which role"),
    Right("role_grant", "grant", "Propose to give somebody a role", requires=OTHERS_ONLY),
    Right("role_grant", "approve", "Approve a role for somebody", requires=FOUR_EYES | OTHERS_ONLY),
    Right(
        "role_grant",
        "appoint",
        "Give a sensitive role from the command line, without a second person",
        requires=OTHERS_ONLY,
    ),
    Right("role_grant", "revoke", "Take a role away", requires=OTHERS_ONLY),
    _reads("partner_client", "view", "See partner clients"),
    Right("partner_client", "create", "Register a partner client"),
    Right("partner_client", "revoke", "Revoke a partner client"),
    _reads("ruleset", "view", "See rule-sets and access policies"),
    Right("ruleset", "propose", "Propose to change a rule-set"),
    Right("ruleset", "approve", "Approve a change of a rule-set", requires=FOUR_EYES),
    Right("ruleset", "enact", "Bring an approved rule-set into force on its day"),
    Right("access_policy", "propose", "Propose to change the access policy"),
    Right("access_policy", "approve", "Approve a change of the access policy", requires=FOUR_EYES),
    _reads("graphql", "trusted_document", "Run a trusted GraphQL document by its id"),
    _reads("graphql", "ad_hoc_query", "Run GraphQL queries of one's own"),
)

_FIELDS: Final = (
    Field("customer.name", "Name", masking.name),
    Field("customer.birth_date", "Date of birth", masking.year),
    Field("customer.birth_place", "Place of birth", masking.everything),
    Field("customer.nationality", "Nationality", masking.everything),
    Field("customer.occupation", "Occupation and employer", masking.everything),
    Field("customer.source_of_funds", "Source of funds and income", masking.everything),
    Field("customer.national_id", "National identity number", masking.tail(4)),
    Field("customer.tax_id", "Tax number", masking.tail(3)),
    Field("customer.document_number", "Passport or other document number", masking.tail(3)),
    Field("customer.registration_number", "Registration number of an organisation", masking.tail(4)),
    Field("customer.account_number", "Account number", masking.tail(4)),
    Field("customer.address", "Street address", masking.everything),
    Field("customer.city", "City and region", masking.everything),
    Field("customer.phone", "Phone number", masking.tail(3)),
    Field("customer.email", "E-mail address", masking.email),
    Field("customer.ownership", "Share of ownership and control", masking.everything),
    Field("customer.document_content", "Content of documents", None),
    Field("customer.note", "Notes of the relationship", None),
    Field("customer.compliance_fact", "Facts of screening and reports behind a rating, not to be disclosed", None),
    Field("customer.compliance_note", "Notes of compliance, not to be disclosed to the customer", None),
)

FIELDS: Final[Mapping[str, Field]] = MappingProxyType({field.name: field for field in _FIELDS})
RIGHTS: Final[Mapping[tuple[str, str], Right]] = MappingProxyType(
    {(right.object, right.action): right for right in _RIGHTS}
    | {(field.name, "view"): _reads(field.name, "view", field.meaning) for field in _FIELDS}
)
OBJECTS: Final = frozenset(obj for obj, _ in RIGHTS)
