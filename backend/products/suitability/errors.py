"""What assessing a customer refuses."""

from backend.core.errors import Conflict, Invalid, NotFound


class NoQuestionnaire(NotFound):
    code = "assessment.no_questionnaire"
    text = "No questionnaire of this kind is in force for such a customer."


class AssessmentNotFound(NotFound):
    code = "assessment.not_found"
    text = "There is no such assessment, or you may not see it."


class AnswersRefused(Invalid):
    code = "assessment.answers"
    text = "The answers cannot be taken: {problems}."


class ContradictionUnresolved(Invalid):
    code = "assessment.contradiction"
    text = "Two answers contradict each other: change one of them, or explain where that is allowed."


class DayLimitReached(Conflict):
    code = "assessment.day_limit"
    text = "This customer was assessed {limit} times today already; the next assessment is possible tomorrow."


class YearLimitReached(Conflict):
    code = "assessment.year_limit"
    text = "This customer was assessed {limit} times within a year already; the next is possible on {day}."


class AssessmentOver(Conflict):
    code = "assessment.over"
    text = "The assessment does not count any more ({state})."
