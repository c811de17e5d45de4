"""What screening refuses besides files (those: backend.screening.lists.errors)."""

from backend.core.errors import Conflict, Invalid, NotFound


class ListNotFound(NotFound):
    code = "screening.list.not_found"
    text = "There is no screening list “{list}”."


class ListVersionNotFound(NotFound):
    code = "screening.list.version_not_found"
    text = "The list has no version {number}."


class EntityNotFound(NotFound):
    code = "screening.list.entity_not_found"
    text = "The list has never had the entry {ref} in this form."


class ListExists(Conflict):
    code = "screening.list.exists"
    text = "There is a list “{list}” already."


class ListNotActive(Conflict):
    code = "screening.list.not_active"
    text = "The list “{list}” is out of use; put it in use again before you load it."


class ListCodeInvalid(Invalid):
    code = "screening.list.code"
    text = "A list's code has 2 to 40 capital letters, digits and hyphens; “{list}” has not."


class PublicationUnknown(Invalid):
    code = "screening.list.publication"
    text = "“{list}” is a new list and none that is known ({known}): say its format, kind and name too."


class NotWaiting(Conflict):
    code = "screening.list.not_waiting"
    text = "Version {number} does not wait for a person."


class NothingToRestore(Conflict):
    code = "screening.list.nothing_to_restore"
    text = "Version {number} is in force, or never was; only a former version is put in force again."


class BirthDateUnreadable(Invalid):
    code = "screening.birth_date"
    text = "“{text}” is no birth date: write 1974-02-04, 1974-02 or 1974."
