"""What stages refuse."""

from backend.core.errors import Conflict, Invalid, NotFound


class TransitionNotFound(NotFound):
    code = "stage.transition_not_found"
    text = "There is no such change of a stage, or you may not see it."


class CustomerMissing(NotFound):
    code = "stage.customer_missing"
    text = "There is no such customer, or you may not see it."


class CorrectionTooLong(Invalid):
    code = "stage.correction_too_long"
    text = "A correction ends on a later day than today, and after {days} days at the latest."


class CorrectionOver(Conflict):
    code = "stage.correction_over"
    text = "This correction has ended already."


class StageRunNotFound(NotFound):
    code = "stage.run_not_found"
    text = "There is no such computation of stages."
