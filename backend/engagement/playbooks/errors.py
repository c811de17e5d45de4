"""What playbooks refuse."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class PlaybookUnknown(NotFound):
    code = "playbook.unknown"
    text = "There is no playbook “{playbook}” in force."


class EnrolmentNotFound(NotFound):
    code = "playbook.enrolment_not_found"
    text = "There is no such course through a playbook, or you may not see it."


class StepNotOpen(Conflict):
    code = "playbook.step_not_open"
    text = "This step is over, or has not begun; it takes no answer."


class AnswerUnknown(Invalid):
    code = "playbook.answer_unknown"
    text = "“{answer}” is no answer to this step; known are {known}."


class NotByHand(Refused):
    code = "playbook.not_by_hand"
    text = "Nobody is enrolled in this playbook by hand; it takes customers up by its own triggers."


class HeldOut(Refused):
    code = "playbook.held_out"
    text = "The customer belongs to those whom this playbook leaves alone, so that its effect can be measured."


class AlreadyEnrolled(Conflict):
    code = "playbook.already_enrolled"
    text = "The customer is in this playbook already, or was in it since {since}."


class EnrolmentOver(Conflict):
    code = "playbook.enrolment_over"
    text = "The customer's course through this playbook has ended."


class AlreadyPaused(Conflict):
    code = "playbook.already_paused"
    text = "The playbook is paused already."


class NotPaused(Conflict):
    code = "playbook.not_paused"
    text = "The playbook is not paused."


class ReasonMissing(Invalid):
    code = "playbook.reason_missing"
    text = "Say why, in at most {most} characters."


class EnrolmentBarred(Refused):
    code = "playbook.barred"
    text = "The customer cannot enter the playbook now."


class ComplaintBars(EnrolmentBarred):
    code = "playbook.barred_complaint"
    text = "The customer has a complaint that is not answered yet; only then can they enter the playbook."


class WishBars(EnrolmentBarred):
    code = "playbook.barred_wish"
    text = "The customer does not wish to be contacted for what this playbook is for."


class StageBars(EnrolmentBarred):
    code = "playbook.barred_stage"
    text = "The playbook is not for customers at this stage."


class GoalBars(EnrolmentBarred):
    code = "playbook.barred_goal"
    text = "The customer stands already where the playbook is to lead."
