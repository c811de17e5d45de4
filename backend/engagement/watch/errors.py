"""What early warnings refuse."""

from backend.core.errors import Conflict, Invalid, NotFound


class WarningNotFound(NotFound):
    code = "warning.not_found"
    text = "There is no such warning, or you may not see it."


class WarningClosed(Conflict):
    code = "warning.closed"
    text = "This warning has ended; its outcome is recorded."


class SnoozeTooLong(Invalid):
    code = "warning.snooze_too_long"
    text = "A warning is put off to a later day than today, and for {days} days at the most."


class ActUnknown(Invalid):
    code = "warning.act_unknown"
    text = "There is no act “{act}”; choose one of: {known}."


class WordsTooLong(Invalid):
    code = "warning.words_too_long"
    text = "A note has at most {limit} characters."
