"""What tasks refuse."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class TaskNotFound(NotFound):
    code = "task.not_found"
    text = "There is no such task, or you may not see it."


class TaskStateForbids(Conflict):
    code = "task.state"
    text = "A task that is {state} does not allow this."


class TitleMissing(Invalid):
    code = "task.title"
    text = "A task has a title of at most {most} characters."


class WordsMissing(Invalid):
    code = "task.words"
    text = "Say why, or what, in words."


class DepartmentUnknown(Invalid):
    code = "task.department"
    text = "There is no department “{given}”; known are {known}."


class TemplateUnknown(Invalid):
    code = "task.template"
    text = "There is no template “{given}”; known are {known}."


class DueInPast(Invalid):
    code = "task.due"
    text = "A task is due in the future."


class PersonUnknown(Invalid):
    code = "task.person"
    text = "“{given}” is no colleague at work here."


class PersonUnfit(Invalid):
    code = "task.person_unfit"
    text = "{name} may not see what this task is about."


class DepartmentUnfit(Invalid):
    code = "task.department_unfit"
    text = "Nobody of {department} may see what this task is about; give it to somebody who may."


class TaskTaken(Conflict):
    code = "task.taken"
    text = "Somebody holds this task already; it can be handed over."


class NotOffered(Refused):
    code = "task.not_offered"
    text = "This task was not offered to you."


class OfferOpen(Conflict):
    code = "task.offer_open"
    text = "This task was offered to somebody who has not answered yet."


class HandOverTarget(Invalid):
    code = "task.target"
    text = "A task is handed over to another colleague or another department, to one of them."


class PointsOpen(Conflict):
    code = "task.points"
    text = "{count} points of the checklist are still open."
