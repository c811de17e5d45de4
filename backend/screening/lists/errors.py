"""Why a list file is refused: always the line and what to do. The former version of the list stays in force."""

from backend.core.errors import Invalid


class ListRefused(Invalid):
    code = "screening.list.refused"
    text = "{format}, line {line}: the file cannot be read. Fetch it again from its publisher."


class ListTruncated(ListRefused):
    code = "screening.list.truncated"
    text = "{format}, line {line}: the file ends in the middle of a record. Fetch it again from its publisher."


class ListEmpty(ListRefused):
    code = "screening.list.empty"
    text = "{format}, line {line}: the file holds no entry. Fetch it again from its publisher."


class WrongColumns(ListRefused):
    code = "screening.list.columns"
    text = (
        "{format}, line {line}: {found} columns where {expected} belong. "
        "Check that the file is of this format and was not edited, and fetch it again."
    )


class MissingValue(ListRefused):
    code = "screening.list.missing"
    text = (
        "{format}, line {line}: {field} is missing. Fetch the file again, or complete the line if the list is your own."
    )


class UnreadableValue(ListRefused):
    code = "screening.list.unreadable"
    text = "{format}, line {line}: {field} cannot be read; it must be {expected}."


class DuplicateEntry(ListRefused):
    code = "screening.list.duplicate"
    text = "{format}, line {line}: the entry was given on line {first} already. Remove one of the two."


class OrphanRow(ListRefused):
    code = "screening.list.orphan"
    text = "{format}, line {line}: the row belongs to no entry of the main file. Take all files of one day."


class BrokenXml(ListRefused):
    code = "screening.list.xml"
    text = "{format}, line {line}: the XML is broken ({problem}). Fetch it again from its publisher."


class BrokenJson(ListRefused):
    code = "screening.list.json"
    text = "{format}, line {line}: the line is no JSON object. Fetch the file again from its publisher."


class WrongDocument(ListRefused):
    code = "screening.list.document"
    text = "{format}, line {line}: the document begins with {found} where {expected} belongs. Choose the right format."
