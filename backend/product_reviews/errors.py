"""What reviews of products refuse."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class ProductReviewNotFound(NotFound):
    code = "product_review.not_found"
    text = "There is no such review of a product, or you may not see it."


class PackNotFound(NotFound):
    code = "product_review.pack_not_found"
    text = "There is no such review pack, or you may not see it."


class FindingNotFound(NotFound):
    code = "product_review.finding_not_found"
    text = "This review has no such finding."


class ActionNotFound(NotFound):
    code = "product_review.action_not_found"
    text = "There is no such action."


class ProductNotReviewed(Conflict):
    code = "product_review.not_reviewed"
    text = "Only products that were sold and are not retired are reviewed."


class ProductReviewStateForbids(Conflict):
    code = "product_review.state"
    text = "A review of a product in the state “{state}” does not allow this ({verb})."


class ProductReviewTaken(Conflict):
    code = "product_review.taken"
    text = "Somebody else is working on this review."


class SecondSignatureMissing(Refused):
    code = "product_review.second_signature"
    text = "Another person has to sign, because you signed this decision first."


class PackMissing(Conflict):
    code = "product_review.pack_missing"
    text = "A decision rests on a review pack; compute it first."


class PackUnderWay(Conflict):
    code = "product_review.pack_under_way"
    text = "A pack of this product is being computed already."


class PackInputsGone(Conflict):
    code = "product_review.inputs_gone"
    text = "The recorded table “{table}” of this pack is not there, or its bytes have changed."


class PackInputsBroken(Conflict):
    code = "product_review.inputs_broken"
    text = "The pack cannot be computed from the record: {problem}"


class DecisionReasonUnknown(Invalid):
    code = "product_review.reason_unknown"
    text = "The rule-set has no reason “{reason}” for this decision."


class DecisionNotPossible(Conflict):
    code = "product_review.decision_not_possible"
    text = "A product in the state “{state}” cannot be decided so."


class FindingMissing(Conflict):
    code = "product_review.finding_missing"
    text = "A decision other than to continue follows from a finding; write it down first."


class ActionMissing(Conflict):
    code = "product_review.action_missing"
    text = "Finding {number} is grave and has no action yet."


class ChannelsMissing(Invalid):
    code = "product_review.channels_missing"
    text = "Say which channels are closed; they are among those of the product."


class WordsMissing(Invalid):
    code = "product_review.words_missing"
    text = "Write it down; at most {most} characters."


class SectionUnknown(Invalid):
    code = "product_review.section_unknown"
    text = "A pack has no section “{section}”."


class OwnerUnknown(Invalid):
    code = "product_review.owner_unknown"
    text = "The owner of an action is an active colleague."


class DueDayInvalid(Invalid):
    code = "product_review.due_day"
    text = "An action is due after today and within {most} days."


class TriggerNotForHand(Invalid):
    code = "product_review.trigger_not_for_hand"
    text = "“{kind}” is noted by the platform, not by hand."
