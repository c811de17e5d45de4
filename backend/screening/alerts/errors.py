"""What the work on alerts refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class AlertNotFound(NotFound):
    code = "screening.alert.not_found"
    text = "There is no such screening alert, or you may not see it."


class AlertStateForbids(Conflict):
    code = "screening.alert.state"
    text = "An alert in the state “{state}” does not allow this ({verb})."


class AlertMerged(Conflict):
    code = "screening.alert.merged"
    text = "The customer's record was merged into another; the pair goes on as an alert of that one."


class AlertTaken(Conflict):
    code = "screening.alert.taken"
    text = "Somebody else is working on this alert."


class NotYourAlert(Conflict):
    code = "screening.alert.not_yours"
    text = "You have not taken this alert."


class WaitsForSecondPerson(Conflict):
    code = "screening.alert.waits"
    text = "A decision on this alert is proposed already; a second person has to answer it."


class NothingProposed(Conflict):
    code = "screening.alert.nothing_proposed"
    text = "No decision on this alert is proposed."


class AnotherPersonMustDecide(Refused):
    code = "screening.alert.another_person"
    text = "Another person has to decide this alert, because you handed it up or proposed the decision."


class NotAnAnalyst(Invalid):
    code = "screening.alert.not_an_analyst"
    text = "This person does not work on screening alerts."


class ReasonUnknown(Invalid):
    code = "screening.alert.reason_unknown"
    text = "The rule-set has no reason “{reason}” for this decision."


class NotInBatch(Invalid):
    code = "screening.alert.not_in_batch"
    text = "“{outcome}” is not decided for many alerts at once."


class BatchTooLarge(Invalid):
    code = "screening.alert.batch_too_large"
    text = "At most {most} alerts are decided at once."


class CommentEmpty(Invalid):
    code = "screening.alert.comment_empty"
    text = "Write something, or leave the comment."


class CommentTooLong(Invalid):
    code = "screening.alert.comment_too_long"
    text = "A comment has at most {most} characters."
