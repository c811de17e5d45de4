"""What complaints refuse, and why."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class ComplaintNotFound(NotFound):
    code = "complaint.not_found"
    text = "There is no such complaint, or you may not see it."


class NoClocksForJurisdiction(Invalid):
    code = "complaint.no_clocks"
    text = "No rules for complaints in {jurisdiction} are in force on {day}."


class ReceiptOutOfRange(Invalid):
    code = "complaint.receipt"
    text = "A complaint is entered with the day on which it arrived, at most {days} days ago and not in the future."


class DetailsMissing(Invalid):
    code = "complaint.details"
    text = "Write down what the person complains of."


class ComplainantMissing(Invalid):
    code = "complaint.complainant"
    text = "A complaint comes from a customer on record or from somebody with a name."


class WordUnknown(Invalid):
    code = "complaint.word_unknown"
    text = "“{given}” is none of the words of the rule-set: {known}."


class StaffUnknown(Invalid):
    code = "complaint.staff_unknown"
    text = "Whoever is complained of must be a colleague on record."


class StateForbids(Conflict):
    code = "complaint.state"
    text = "A complaint that is {state} does not allow this."


class HandlerInvolved(Refused):
    code = "complaint.handler_involved"
    text = "Whoever is complained of does not handle the complaint."


class HandlerUnfit(Invalid):
    code = "complaint.handler_unfit"
    text = "This colleague may not handle complaints."


class FindingMissing(Invalid):
    code = "complaint.finding"
    text = "Write down what was found before the complaint is decided."


class SummaryTooLate(Conflict):
    code = "complaint.summary_late"
    text = "A summary answers a complaint until {day}; send a final response."


class NoSummaryHere(Conflict):
    code = "complaint.no_summary"
    text = "The law of {jurisdiction} knows no summary; send a final response."


class ExtensionNotAllowed(Conflict):
    code = "complaint.extension"
    text = "The time for this complaint cannot be extended."


class PauseNotAllowed(Conflict):
    code = "complaint.pause"
    text = "The law's clock cannot be paused for this complaint."


class LetterNotOpen(Conflict):
    code = "complaint.letter_state"
    text = "A letter that is {state} does not allow this."


class LetterRepeated(Conflict):
    code = "complaint.letter_repeated"
    text = "There is such a letter already; reject it before another is drafted."


class RedressInvalid(Invalid):
    code = "complaint.redress"
    text = "Redress is more than zero, in at most {places} decimal places of {currency}."


class RedressNotOpen(Conflict):
    code = "complaint.redress_state"
    text = "Redress that is {state} does not allow this."


class RedressOpen(Conflict):
    code = "complaint.redress_open"
    text = "Redress still waits for a signature or for payment; the complaint stays open until then."


class RedressNotOwed(Conflict):
    code = "complaint.redress_not_owed"
    text = "A complaint that was not upheld earns no redress but goodwill."


class NoteMissing(Invalid):
    code = "complaint.note"
    text = "A note has words."
