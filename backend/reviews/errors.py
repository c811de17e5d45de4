"""What reviews refuse."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class ReviewNotFound(NotFound):
    code = "review.not_found"
    text = "There is no such review, or you may not see it."


class NotReviewed(Conflict):
    code = "review.not_reviewed"
    text = "Only customers whose relationship has not ended are reviewed."


class ReviewStateForbids(Conflict):
    code = "review.state"
    text = "A review in the state “{state}” does not allow this ({verb})."


class ReviewTaken(Conflict):
    code = "review.taken"
    text = "Somebody else is working on this review."


class AnotherPersonMustSign(Refused):
    code = "review.another_person"
    text = "Another person has to sign this review, because you proposed how it ends."


class QuestionUnknown(Invalid):
    code = "review.question_unknown"
    text = "This review does not ask “{question}”."


class QuestionsOpen(Conflict):
    code = "review.questions_open"
    text = "Answer every question first; {count} are open."


class ConcernStands(Conflict):
    code = "review.concern_stands"
    text = "A question was answered with a concern, so the review cannot end without a word on it."


class AlertsWait(Conflict):
    code = "review.alerts_wait"
    text = "Screening alerts of this customer wait for a decision; settle them first."


class ReasonUnknown(Invalid):
    code = "review.reason_unknown"
    text = "The rule-set has no reason “{reason}” for this outcome."


class LevelMissing(Invalid):
    code = "review.level_missing"
    text = "Say which level the customer is to have."


class TriggerNotByHand(Invalid):
    code = "review.trigger_not_by_hand"
    text = "“{kind}” is noted by the platform, not by hand."


class ItemUnknown(Invalid):
    code = "review.item_unknown"
    text = "The rule-set does not know “{item}” as something to ask for."


class NothingAsked(Invalid):
    code = "review.nothing_asked"
    text = "Say what the customer is asked for."


class NoteTooLong(Invalid):
    code = "review.note_too_long"
    text = "A note has at most {most} characters."


class NoteEmpty(Invalid):
    code = "review.note_empty"
    text = "Write why."
