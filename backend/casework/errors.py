"""What casework refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class WorkItemNotFound(NotFound):
    code = "work.not_found"
    text = "There is no such piece of work, or you may not see it."


class UnknownQueue(Invalid):
    code = "work.unknown_queue"
    text = "There is no queue “{queue}”."


class WorkClosed(Conflict):
    code = "work.closed"
    text = "This piece of work is already finished."


class WorkTaken(Conflict):
    code = "work.taken"
    text = "Somebody else has taken this piece of work."


class WorkNotTaken(Conflict):
    code = "work.not_taken"
    text = "Nobody has taken this piece of work."


class WorkNotForYou(Refused):
    code = "work.not_for_you"
    text = "This piece of work waits for another person, because you took an earlier step of the case."


class WorkClosesWithCase(Conflict):
    code = "work.closes_with_case"
    text = "This piece of work ends when its case moves on; act on the case."


class DoesNotServe(Invalid):
    code = "work.does_not_serve"
    text = "This person serves no role of the queue “{queue}”."


class AlreadyOpen(Conflict):
    code = "work.already_open"
    text = "There is an open piece of work for this record already."
