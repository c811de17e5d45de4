"""What is refused when roles are given and taken by two people."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class SecondPersonNeeded(Refused):
    code = "role.second_person"
    text = "The role {role} is given by two people. Propose it; somebody else approves."


class UnknownAppointment(NotFound):
    code = "role.unknown_appointment"
    text = "There is no such proposal of a role, or you may not see it."


class AppointmentClosed(Conflict):
    code = "role.appointment_closed"
    text = "This proposal of a role is {state} already."


class AppointmentReason(Invalid):
    code = "role.reason_missing"
    text = "Say why this person shall have the role."


class PeriodInvalid(Invalid):
    code = "role.period_invalid"
    text = "A role ends after it begins, and not in the past."


class UnknownColleague(NotFound):
    code = "role.unknown_holder"
    text = "There is no such colleague."


class NobodyLeftFor(Refused):
    code = "role.nobody_left"
    text = "Without this person nobody would be left who could {duty}. Give somebody else the role first."


class StaffState(Conflict):
    code = "staff.state"
    text = "This colleague is in that state already."
