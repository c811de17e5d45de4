"""What the screening doors themselves refuse."""

from backend.core.errors import Conflict, Invalid


class NameCheckEmpty(Invalid):
    code = "screening.check.empty"
    text = "Give one to {most} names of at most {longest} characters."


class BirthDateUnreadable(Invalid):
    code = "screening.check.birth_date"
    text = "Write the date of birth as YYYY-MM-DD, YYYY-MM or YYYY."


class NothingToScreen(Conflict):
    code = "screening.run.no_lists"
    text = "No list is loaded yet, so there is nothing to screen against."
