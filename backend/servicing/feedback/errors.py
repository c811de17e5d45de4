"""What feedback refuses, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class SurveyNotFound(NotFound):
    code = "feedback.not_found"
    text = "There is no such survey, or you may not see it."


class LinkInvalid(NotFound):
    code = "feedback.link_invalid"
    text = "This link leads nowhere. Open it exactly as it stands in the message."


class LinkExpired(Conflict):
    code = "feedback.link_expired"
    text = "The time for an answer is over. Thank you all the same."


class ScoreInvalid(Invalid):
    code = "feedback.score"
    text = "Choose one of the answers from {lowest} to {highest}."


class CommentTooLong(Invalid):
    code = "feedback.comment"
    text = "An answer in words has at most {most} characters."


class AnswerClosed(Conflict):
    code = "feedback.closed"
    text = "Somebody is already acting on this answer; it cannot be changed any more."


class AskedTooLongAgo(Conflict):
    code = "feedback.asked_too_long_ago"
    text = "This was asked too long ago to be answered now; put the survey to the customer anew."


class SurveyUnknown(Invalid):
    code = "feedback.survey_unknown"
    text = "There is no survey “{given}”; known are {known}."


class FollowUpClosed(Conflict):
    code = "feedback.follow_up_closed"
    text = "This follow-up is closed already."


class DoneMissing(Invalid):
    code = "feedback.done"
    text = "Write down what was done."


class DimensionUnknown(Invalid):
    code = "feedback.dimension"
    text = "Results are counted by {known}, not by “{given}”."
